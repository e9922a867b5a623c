// qwen2: Qwen 1.5, 2 and 2.5, dense (architectures sheet § 4.3): llama with biases on q, k and v and paired halves in the rotation.
#include "core/model/blocks/layer.h"

namespace corral::model::arch {

namespace {

class Qwen2 final : public Model {
public:
    explicit Qwen2(Loader& loader) : m_w(loadTransformer(loader, {})) {}

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

extern const Architecture qwen2{"qwen2", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Qwen2>(loader); }};

} // namespace corral::model::arch
