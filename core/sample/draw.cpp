#include "core/sample/draw.h"

#include "core/sample/step.h"

namespace corral::sample {

namespace {

class Draw final : public Selector {
public:
    explicit Draw(std::uint32_t seed) : m_random(seed) {}
    Token select(Candidates& candidates) override { return candidates.items[drawIndex(candidates, m_random)].id; }
    void reset() override { m_random.reset(); }

private:
    Random m_random;
};

} // namespace

std::unique_ptr<Selector> makeDraw(std::uint32_t seed) { return std::make_unique<Draw>(seed); }

} // namespace corral::sample
