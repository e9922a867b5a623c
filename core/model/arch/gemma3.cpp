// gemma3, text (architectures sheet § 4.10): gemma2 with norms of q and k by head instead of the attention cap; five of six layers slide,
// with a rotary base of their own and without position scaling.
#include "core/model/blocks/layer.h"

#include <cmath>

namespace corral::model::arch {

namespace {

constexpr std::int64_t kLayersOf27B = 62; // the one size that scales queries by the embedding's share of a head

class Gemma3 final : public Model {
public:
    explicit Gemma3(Loader& loader)
        : m_w(loadTransformer(loader, {.queryKeyNorms = QueryKeyNorms::Heads, .postNorms = true}))
        , m_window(loader.keys.integer("attention.sliding_window", 0, std::int64_t(1) << 31, 0))
        , m_slides(loader.keys.pattern("attention.sliding_window_pattern", loader.config.layers, 6))
        , m_slidingBase(loader.keys.real("rope.freq_base_swa", 1e-3f, 1e30f, 10000))
        , m_finalCap(loader.keys.real("final_logit_softcapping", 0, 1e6f, 0))
    {
        if (m_window == 0) m_slides.assign(m_slides.size(), false); // no window: full attention everywhere
    }

    graph::Graph write(const WriteOptions&) const override
    {
        const Config& c = m_w.config;
        graph::Builder g;
        graph::RopeParams rope = c.rope;
        rope.neox = true;
        const auto fullAngles = g.ropeAngles(rope);
        rope.base = m_slidingBase;
        rope.freqScale = 1;
        const auto slidingAngles = g.ropeAngles(rope);
        const float scale = 1 / std::sqrt(static_cast<float>(c.layers == kLayersOf27B ? c.embedding / c.heads : c.keySize));
        graph::ValueId x = g.scale(g.embed(m_w.ends.embedding), std::sqrt(static_cast<float>(c.embedding)));
        for (std::int64_t il = 0; il < c.layers; ++il) {
            const bool slides = m_slides[static_cast<std::size_t>(il)];
            x = writeLayer(g, m_w, il, x,
                           {.attention = {.rope = slides ? &slidingAngles : &fullAngles, .scale = scale, .window = slides ? m_window : 0},
                            .activation = graph::Activation::Gelu});
        }
        return finishGraph(std::move(g), c, m_w.ends, x, m_finalCap);
    }

private:
    TransformerWeights m_w;
    std::int64_t m_window;
    std::vector<bool> m_slides; // by layer
    float m_slidingBase, m_finalCap;
};

} // namespace

extern const Architecture gemma3{"gemma3", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Gemma3>(loader); }};

} // namespace corral::model::arch
