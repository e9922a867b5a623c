// olmo2: OLMo 2 and 3 (architectures sheet § 4.22): no norms before attention and feed-forward but after them, q and k normalised as a
// whole. With a window, three of four layers slide; only the others stretch positions.
#include "core/model/blocks/layer.h"

namespace corral::model::arch {

namespace {

class Olmo2 final : public Model {
public:
    explicit Olmo2(Loader& loader)
        : m_w(loadTransformer(loader, {.queryKeyNorms = QueryKeyNorms::Whole, .preNorms = false, .postNorms = true}))
        , m_window(loader.keys.integer("attention.sliding_window", 0, std::int64_t(1) << 31, 0))
        , m_slides(loader.keys.pattern("attention.sliding_window_pattern", loader.config.layers, 4))
    {
        if (m_window == 0) m_slides.assign(m_slides.size(), false);
    }

    graph::Graph write(const WriteOptions&) const override
    {
        const Config& c = m_w.config;
        graph::Builder g;
        graph::RopeParams rope = c.rope;
        rope.neox = true;
        const auto fullAngles = g.ropeAngles(rope);
        rope.freqScale = 1;
        rope.extFactor = 0;
        rope.attnFactor = 1;
        const auto slidingAngles = m_window > 0 ? g.ropeAngles(rope) : fullAngles;
        graph::ValueId x = g.embed(m_w.ends.embedding);
        for (std::int64_t il = 0; il < c.layers; ++il) {
            const bool slides = m_slides[static_cast<std::size_t>(il)];
            x = writeLayer(g, m_w, il, x,
                           {.attention = {.rope = slides ? &slidingAngles : &fullAngles, .scale = c.attentionScale, .window = slides ? m_window : 0}});
        }
        return finishGraph(std::move(g), c, m_w.ends, x);
    }

private:
    TransformerWeights m_w;
    std::int64_t m_window;
    std::vector<bool> m_slides; // by layer
};

} // namespace

extern const Architecture olmo2{"olmo2", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Olmo2>(loader); }};

} // namespace corral::model::arch
