#include "core/sample/step.h"

namespace corral::sample {

namespace {

class TopK final : public Step {
public:
    explicit TopK(std::size_t k) : m_k(k) {}
    void apply(Candidates& candidates) override { keepBest(candidates, m_k); }

private:
    std::size_t m_k;
};

} // namespace

std::unique_ptr<Step> makeTopK(const Params& params)
{
    if (params.topK <= 0) return nullptr;
    return std::make_unique<TopK>(static_cast<std::size_t>(params.topK));
}

} // namespace corral::sample
