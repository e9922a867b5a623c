#include "core/gguf/writer.h"

#include <algorithm>

namespace corral::gguf {

namespace {

template <class T> Value array(ValueType element, T values) { return {.type = ValueType::Array, .elementType = element, .data = std::move(values)}; }

} // namespace

void setKey(Keys& keys, std::string_view name, Value value)
{
    const auto found = std::ranges::find(keys, name, &Keys::value_type::first);
    if (found != keys.end()) found->second = std::move(value);
    else keys.emplace_back(name, std::move(value));
}

void removeKey(Keys& keys, std::string_view name)
{
    std::erase_if(keys, [&](const auto& key) { return key.first == name; });
}

const Value* findKey(const Keys& keys, std::string_view name)
{
    const auto it = std::ranges::find(keys, name, [](const auto& key) -> std::string_view { return key.first; });
    return it == keys.end() ? nullptr : &it->second;
}

Value u8(std::uint8_t v) { return {.type = ValueType::U8, .elementType = {}, .data = std::uint64_t(v)}; }
Value u16(std::uint16_t v) { return {.type = ValueType::U16, .elementType = {}, .data = std::uint64_t(v)}; }
Value u32(std::uint32_t v) { return {.type = ValueType::U32, .elementType = {}, .data = std::uint64_t(v)}; }
Value i32(std::int32_t v) { return {.type = ValueType::I32, .elementType = {}, .data = std::int64_t(v)}; }
Value u64(std::uint64_t v) { return {.type = ValueType::U64, .elementType = {}, .data = v}; }
Value f32(float v) { return {.type = ValueType::F32, .elementType = {}, .data = double(v)}; }
Value boolean(bool v) { return {.type = ValueType::Bool, .elementType = {}, .data = v}; }
Value string(std::string v) { return {.type = ValueType::String, .elementType = {}, .data = std::move(v)}; }
Value strings(std::vector<std::string> v) { return array(ValueType::String, std::move(v)); }
Value floats(std::vector<float> v) { return array(ValueType::F32, std::vector<double>(v.begin(), v.end())); }
Value i32s(std::vector<std::int32_t> v) { return array(ValueType::I32, std::vector<std::int64_t>(v.begin(), v.end())); }
Value u32s(std::vector<std::uint32_t> v) { return array(ValueType::U32, std::vector<std::uint64_t>(v.begin(), v.end())); }

} // namespace corral::gguf
