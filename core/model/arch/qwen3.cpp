// qwen3: dense Qwen 3 (architectures sheet § 4.5): q and k are normalised by head before the rotation.
#include "core/model/blocks/layer.h"

namespace corral::model::arch {

namespace {

class Qwen3 final : public Model {
public:
    explicit Qwen3(Loader& loader) : m_w(loadTransformer(loader, {.queryKeyNorms = QueryKeyNorms::Heads})) {}

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

extern const Architecture qwen3{"qwen3", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Qwen3>(loader); }};

} // namespace corral::model::arch
