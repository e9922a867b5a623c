#pragma once
// The C++ type behind each GGUF value type, for the code that reads and the code that writes values.
#include "core/gguf/file.h"

#include <type_traits>

namespace corral::gguf {

// What a stored number is kept as.
template <class T>
using Widened = std::conditional_t<std::is_floating_point_v<T>, double, std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;

// Calls use(T{}) with the C++ type of a number as it is stored (a bool is one byte).
template <class F> auto withNumberType(ValueType type, F&& use)
{
    switch (type) {
    case ValueType::I8: return use(std::int8_t{});
    case ValueType::U16: return use(std::uint16_t{});
    case ValueType::I16: return use(std::int16_t{});
    case ValueType::U32: return use(std::uint32_t{});
    case ValueType::I32: return use(std::int32_t{});
    case ValueType::F32: return use(float{});
    case ValueType::U64: return use(std::uint64_t{});
    case ValueType::I64: return use(std::int64_t{});
    case ValueType::F64: return use(double{});
    default: return use(std::uint8_t{});
    }
}

} // namespace corral::gguf
