// llama: Llama 1–3, Mistral 7B, Mixtral, SmolLM 1–2, TinyLlama, Yi … (architectures sheet § 4.1). attention.sliding_window is not
// honoured: the models that carry it under this name are run with full attention.
#include "core/model/blocks/layer.h"
#include "core/model/blocks/rope_factors.h"

namespace corral::model::arch {

namespace {

class Llama final : public Model {
public:
    explicit Llama(Loader& loader)
        : m_w(loadTransformer(loader, {.expertSize = loader.config.experts > 0 ? loader.config.feedForward : 0}))
        , m_factors(loadRopeFactors(loader))
    {
        if (m_w.config.rope.dims != m_w.config.keySize)
            loader.keys.complain(std::format("llama.rope.dimension_count is {}, heads have {} values", m_w.config.rope.dims, m_w.config.keySize));
    }

    graph::Graph write(const WriteOptions& options) const override
    {
        graph::RopeParams rope = m_w.config.rope;
        rope.freqFactors = m_factors.choose(options.contextLength, rope.originalContext);
        return writeUniform(m_w, rope);
    }

private:
    TransformerWeights m_w;
    RopeFactors m_factors;
};

} // namespace

extern const Architecture llama{"llama", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Llama>(loader); }};

} // namespace corral::model::arch
