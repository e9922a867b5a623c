#include "core/generate/fingerprint.h"

#include <algorithm>
#include <string_view>

namespace corral::generate {

namespace {

class Fnv1a {
public:
    void add(std::span<const std::byte> bytes)
    {
        for (const std::byte b : bytes) m_hash = (m_hash ^ static_cast<std::uint64_t>(b)) * 0x100000001B3;
    }
    template <class T> void add(const T& value) { add(std::as_bytes(std::span(&value, 1))); }
    void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
    std::uint64_t hash() const { return m_hash; }

private:
    std::uint64_t m_hash = 0xCBF29CE484222325;
};

} // namespace

std::uint64_t fingerprint(const gguf::File& file, std::initializer_list<int> more)
{
    constexpr std::size_t kLooked = 64; // bytes of a tensor: what training changes, it changes everywhere
    Fnv1a all;
    for (const int n : more) all.add(n);
    for (const gguf::TensorInfo& tensor : file.tensors()) {
        all.add(std::string_view(tensor.name));
        for (const std::uint64_t n : tensor.shape) all.add(n);
        all.add(tensor.type);
        const auto data = file.data(tensor);
        all.add(data.first(std::min(kLooked, data.size())));
    }
    return all.hash();
}

} // namespace corral::generate
