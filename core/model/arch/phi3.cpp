// phi3: Phi-3, Phi-3.5, Phi-4-mini (architectures sheet § 4.13): fused q|k|v and gate|up, rotation of part of a head, long and short
// rotary factors. The sliding window some files name is not used.
#include "core/model/blocks/layer.h"
#include "core/model/blocks/rope_factors.h"

namespace corral::model::arch {

namespace {

class Phi3 final : public Model {
public:
    explicit Phi3(Loader& loader) : m_w(loadTransformer(loader, {.fusedGateUp = true})), m_factors(loadRopeFactors(loader)) {}

    graph::Graph write(const WriteOptions& options) const override
    {
        graph::RopeParams rope = m_w.config.rope;
        rope.neox = true;
        rope.freqFactors = m_factors.choose(options.contextLength, rope.originalContext);
        return writeUniform(m_w, rope);
    }

private:
    TransformerWeights m_w;
    RopeFactors m_factors;
};

} // namespace

extern const Architecture phi3{"phi3", [](Loader& loader) -> std::unique_ptr<Model> { return std::make_unique<Phi3>(loader); }};

} // namespace corral::model::arch
