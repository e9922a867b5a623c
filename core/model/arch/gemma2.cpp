// gemma2 (architectures sheet § 4.9): scaled embeddings, norms before and after each part, every other layer (the even ones) with a
// sliding window, attention scores and logits soft-capped, tied output.
#include "core/model/blocks/layer.h"

#include <cmath>

namespace corral::model::arch {

namespace {

constexpr std::int64_t kLayersOf27B = 46; // the one size that scales queries by the embedding's share of a head

class Gemma2 final : public Model {
public:
    explicit Gemma2(Loader& loader)
        : m_w(loadTransformer(loader, {.postNorms = true}, true))
        , m_window(loader.keys.integer("attention.sliding_window", 0, std::int64_t(1) << 31, 4096))
        , m_slides(loader.keys.pattern("attention.sliding_window_pattern", loader.config.layers, 2))
        , m_attentionCap(loader.keys.real("attn_logit_softcapping", 0, 1e6f, 50))
        , m_finalCap(loader.keys.real("final_logit_softcapping", 0, 1e6f, 30))
    {
    }

    graph::Graph write(const WriteOptions&) const override
    {
        const Config& c = m_w.config;
        graph::Builder g;
        graph::RopeParams rope = c.rope;
        rope.neox = true;
        const auto angles = g.ropeAngles(rope);
        const float scale = 1 / std::sqrt(static_cast<float>(c.layers == kLayersOf27B ? c.embedding / c.heads : c.keySize));
        graph::ValueId x = g.scale(g.embed(m_w.ends.embedding), std::sqrt(static_cast<float>(c.embedding)));
        for (std::int64_t il = 0; il < c.layers; ++il) {
            const std::int64_t window = m_slides[static_cast<std::size_t>(il)] ? m_window : 0;
            x = writeLayer(g, m_w, il, x,
                           {.attention = {.rope = &angles, .scale = scale, .softCap = m_attentionCap, .window = window}, .activation = graph::Activation::Gelu});
        }
        return finishGraph(std::move(g), c, m_w.ends, x, m_finalCap);
    }

private:
    TransformerWeights m_w;
    std::int64_t m_window;
    std::vector<bool> m_slides; // by layer
    float m_attentionCap, m_finalCap;
};

} // namespace

extern const Architecture gemma2{"gemma2", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Gemma2>(loader); }};

} // namespace corral::model::arch
