#pragma once
// A model that is only its vocabulary.
#include "core/generate/session.h"

namespace corral::test {

class FakeModel final : public generate::LoadedModel {
public:
    FakeModel(std::shared_ptr<const gguf::File> file, int vocabulary) : m_file(std::move(file)), m_vocabulary(vocabulary) {}
    const gguf::File& file() const override { return *m_file; }
    std::string architecture() const override { return "fake"; }
    int vocabularySize() const override { return m_vocabulary; }
    int trainingContext() const override { return 64; }
    std::uint64_t parameterCount() const override { return 0; }
    std::uint64_t weightBytes() const override { return 0; }
    std::uint64_t cacheBytesPerToken(generate::CacheType, generate::CacheType) const override { return 0; }

private:
    std::shared_ptr<const gguf::File> m_file;
    int m_vocabulary;
};

} // namespace corral::test
