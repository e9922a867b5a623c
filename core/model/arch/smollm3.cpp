// smollm3: SmolLM3 (architectures sheet § 4.18): llama, but every fourth layer has no positions.
#include "core/model/blocks/layer.h"

namespace corral::model::arch {

namespace {

class SmolLm3 final : public Model {
public:
    explicit SmolLm3(Loader& loader) : m_w(loadTransformer(loader, {})) {}

    graph::Graph write(const WriteOptions&) const override
    {
        graph::Builder g;
        const auto angles = g.ropeAngles(m_w.config.rope);
        graph::ValueId x = g.embed(m_w.ends.embedding);
        for (std::int64_t il = 0; il < m_w.config.layers; ++il) {
            const bool rotated = (il + 1) % kNoPositionsEvery != 0;
            x = writeLayer(g, m_w, il, x, {.attention = {.rope = rotated ? &angles : nullptr, .scale = m_w.config.attentionScale}});
        }
        return finishGraph(std::move(g), m_w.config, m_w.ends, x);
    }

private:
    static constexpr std::int64_t kNoPositionsEvery = 4;
    TransformerWeights m_w;
};

} // namespace

extern const Architecture smollm3{"smollm3", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<SmolLm3>(loader); }};

} // namespace corral::model::arch
