#pragma once
// Writes one GGUF v3 container: keys, tensor descriptions, padding, data. The data come in the order of the descriptions, so a
// model of any size needs no memory.
//
//   auto writer = gguf::Writer::create("out.gguf", keys, tensors);      // names and shapes are final now
//   for each tensor: (*writer)->append(bytes) any number of times, then (*writer)->endTensor();
//   (*writer)->commit();                                                // nothing is left behind without it
// Data are aligned to the key "general.alignment" where there is one, else to 32 bytes.
#include "core/base/output_file.h"
#include "core/gguf/file.h"

namespace corral::gguf {

using Keys = std::vector<std::pair<std::string, Value>>;

// Sets a key: replaced in its place, or appended.
void setKey(Keys& keys, std::string_view name, Value value);
void removeKey(Keys& keys, std::string_view name);
const Value* findKey(const Keys& keys, std::string_view name); // nullptr: not there
// Values by their stored type.
Value u8(std::uint8_t v);
Value u16(std::uint16_t v);
Value u32(std::uint32_t v);
Value i32(std::int32_t v);
Value u64(std::uint64_t v);
Value f32(float v);
Value boolean(bool v);
Value string(std::string v);
Value strings(std::vector<std::string> v);
Value floats(std::vector<float> v);            // array of f32
Value i32s(std::vector<std::int32_t> v);       // array of i32
Value u32s(std::vector<std::uint32_t> v);      // array of u32

class Writer {
public:
    // tensors: name, shape, dims and type count; offset, bytes and shard are computed. Errors: Format for keys or names that are too long
    // or twice there, values that do not fit their type, row lengths that are no multiple of the type's block; Io (disk full: with both numbers).
    static Result<std::unique_ptr<Writer>> create(const std::filesystem::path& path, const Keys& keys, std::vector<TensorInfo> tensors);
    ~Writer();

    const std::vector<TensorInfo>& tensors() const; // with offsets and bytes
    std::uint64_t fileBytes() const;                // of the whole file when done

    Result<void> append(std::span<const std::byte> data);
    Result<void> copyFrom(const MappedFile& source, std::uint64_t offset, std::uint64_t length);
    Result<void> endTensor(); // InvalidArgument if the tensor got more or fewer bytes than described; writes the padding
    Result<void> commit();    // all tensors were ended
    // Several files (the shards of a model): all of them appear, or none.
    static Result<void> commitAll(std::span<const std::unique_ptr<Writer>> writers);

private:
    Writer();
    Result<void> checkComplete() const;
    struct State;
    std::unique_ptr<State> m_state;
};

// Header bytes alone (magic … padding before the data), for splitters and tests.
Result<std::vector<std::byte>> headerBytes(const Keys& keys, std::vector<TensorInfo> tensors);

} // namespace corral::gguf
