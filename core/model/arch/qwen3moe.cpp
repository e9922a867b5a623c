// qwen3moe: Qwen 3 with experts in every layer (architectures sheet § 4.6): qwen3's attention, softmax gating normalised over the chosen.
#include "core/model/blocks/layer.h"

namespace corral::model::arch {

namespace {

// Fe: its own key, else the dense size shared out over the experts used.
std::int64_t expertSize(Loader& loader)
{
    const Config& c = loader.config;
    if (c.experts == 0) {
        loader.keys.complain("qwen3moe.expert_count is missing");
        return 1;
    }
    const std::int64_t size = loader.keys.integer("expert_feed_forward_length", 0, 1 << 22, 0);
    return size > 0 ? size : std::max<std::int64_t>(1, c.feedForward / c.expertsUsed);
}

class Qwen3Moe final : public Model {
public:
    explicit Qwen3Moe(Loader& loader) : m_w(loadTransformer(loader, {.queryKeyNorms = QueryKeyNorms::Heads, .expertSize = expertSize(loader)})) {}

    graph::Graph write(const WriteOptions&) const override
    {
        graph::RopeParams rope = m_w.config.rope;
        rope.neox = true;
        return writeUniform(m_w, rope);
    }

private:
    TransformerWeights m_w;
};

} // namespace

extern const Architecture qwen3moe{"qwen3moe", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Qwen3Moe>(loader); }};

} // namespace corral::model::arch
