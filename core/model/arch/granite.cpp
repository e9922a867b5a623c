// granite: Granite 3, dense (architectures sheet § 4.19): llama with multipliers of the embedding, of what each part adds to the residual
// stream, of the attention scores, and a divisor of the logits.
#include "core/model/blocks/layer.h"
#include "core/model/blocks/rope_factors.h"

namespace corral::model::arch {

namespace {

class Granite final : public Model {
public:
    explicit Granite(Loader& loader)
        : m_w(loadTransformer(loader, {}))
        , m_factors(loadRopeFactors(loader))
        , m_logitDivisor(loader.keys.real("logit_scale", 1e-6f, 1e6f))
        , m_residualScale(multiplier(loader, "residual_scale"))
        , m_embeddingScale(multiplier(loader, "embedding_scale"))
        , m_rotated(loader.keys.integer("rope.scaling.finetuned", 0, 1, 1) != 0)
    {
    }

    graph::Graph write(const WriteOptions& options) const override
    {
        const Config& c = m_w.config;
        graph::Builder g;
        graph::RopeParams rope = c.rope;
        rope.freqFactors = m_factors.choose(options.contextLength, rope.originalContext);
        const auto angles = g.ropeAngles(rope);
        graph::ValueId x = g.embed(m_w.ends.embedding);
        if (m_embeddingScale != 1) x = g.scale(x, m_embeddingScale);
        for (std::int64_t il = 0; il < c.layers; ++il)
            x = writeLayer(g, m_w, il, x,
                           {.attention = {.rope = m_rotated ? &angles : nullptr, .scale = c.attentionScale}, .residualScale = m_residualScale});
        return finishGraph(std::move(g), c, m_w.ends, x, 0, 1 / m_logitDivisor);
    }

private:
    // 0 and absent mean 1.
    static float multiplier(Loader& loader, std::string_view key)
    {
        const float value = loader.keys.real(key, 0, 1e6f, 0);
        return value == 0 ? 1 : value;
    }

    TransformerWeights m_w;
    RopeFactors m_factors;
    float m_logitDivisor, m_residualScale, m_embeddingScale;
    bool m_rotated;
};

} // namespace

extern const Architecture granite{"granite", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Granite>(loader); }};

} // namespace corral::model::arch
