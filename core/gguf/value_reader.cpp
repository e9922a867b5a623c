#include "core/gguf/value_reader.h"

#include "core/gguf/limits.h"
#include "core/gguf/value_types.h"

namespace corral::gguf {

namespace {

constexpr std::uint32_t kLastType = static_cast<std::uint32_t>(ValueType::F64);

Result<std::string> readString(Cursor& in)
{
    const std::uint64_t start = in.offset();
    const auto length = in.read<std::uint64_t>();
    if (!length) return fail(ErrorCode::Format, "the file ends inside a string's length at offset {}", start);
    if (*length > kMaxStringBytes) return fail(ErrorCode::Format, "impossible string length {} at offset {}", *length, start);
    const auto text = in.readText(*length);
    if (!text)
        return fail(ErrorCode::Format, "the file ends inside a string at offset {}: {} bytes announced, {} left", start, *length, in.remaining());
    return std::string(*text);
}

Result<Value> readArray(Cursor& in)
{
    const std::uint64_t start = in.offset();
    const auto code = in.read<std::uint32_t>();
    if (!code) return fail(ErrorCode::Format, "the file ends inside an array's element type at offset {}", start);
    if (*code > kLastType) return fail(ErrorCode::Format, "unknown array element type {} at offset {}", *code, start);
    const auto element = static_cast<ValueType>(*code);
    if (element == ValueType::Array) return fail(ErrorCode::Unsupported, "an array of arrays at offset {} is not supported", start);
    const auto count = in.read<std::uint64_t>();
    if (!count) return fail(ErrorCode::Format, "the file ends inside an array's length at offset {}", in.offset());
    if (*count > kMaxArrayLength) return fail(ErrorCode::Format, "impossible array length {} at offset {}", *count, start);

    Value value{.type = ValueType::Array, .elementType = element, .data = {}};
    const std::uint64_t elementBytes = // of a string at least: its length
        element == ValueType::String ? 8 : withNumberType(element, [](auto number) -> std::uint64_t { return sizeof number; });
    if (!in.has(*count * elementBytes)) // both are small enough for 64 bits
        return fail(ErrorCode::Format, "an array of {} elements of type {} at offset {} is longer than the file", *count, toString(element), start);

    const auto n = static_cast<std::size_t>(*count);
    if (element == ValueType::String) {
        std::vector<std::string> strings;
        strings.reserve(n);
        for (std::size_t i = 0; i < n; ++i) {
            auto text = readString(in);
            if (!text) return within(std::format("array element {}", i), text.error());
            strings.push_back(std::move(*text));
        }
        value.data = std::move(strings);
    } else if (element == ValueType::Bool) {
        std::vector<bool> flags(n);
        for (std::size_t i = 0; i < n; ++i) flags[i] = *in.read<std::uint8_t>() != 0;
        value.data = std::move(flags);
    } else {
        withNumberType(element, [&]<class T>(T) {
            std::vector<Widened<T>> numbers(n);
            for (auto& number : numbers) number = static_cast<Widened<T>>(*in.read<T>()); // the whole array is in the file: checked above
            value.data = std::move(numbers);
        });
    }
    return value;
}

} // namespace

Result<Value> readValue(Cursor& in)
{
    const std::uint64_t start = in.offset();
    const auto code = in.read<std::uint32_t>();
    if (!code) return fail(ErrorCode::Format, "the file ends inside its value type at offset {}", start);
    if (*code > kLastType) return fail(ErrorCode::Format, "unknown value type {} at offset {}", *code, start);
    const auto type = static_cast<ValueType>(*code);
    Value value{.type = type, .elementType = {}, .data = {}};
    switch (type) {
    case ValueType::Array: return readArray(in);
    case ValueType::String: {
        auto text = readString(in);
        if (!text) return std::unexpected(text.error());
        value.data = std::move(*text);
        return value;
    }
    default: {
        const bool complete = withNumberType(type, [&]<class T>(T) {
            const auto number = in.read<T>();
            if (!number) return false;
            if (type == ValueType::Bool) value.data = *number != 0;
            else value.data = static_cast<Widened<T>>(*number);
            return true;
        });
        if (!complete) return fail(ErrorCode::Format, "the file ends inside its value at offset {}", in.offset());
        return value;
    }
    }
}

} // namespace corral::gguf
