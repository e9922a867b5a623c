#include "core/measure/divergence_sums.h"

#include <algorithm>
#include <cmath>

namespace corral::measure {

Perplexity perplexityOf(const Moments& losses)
{
    const double ppl = std::exp(losses.mean());
    return {.tokens = losses.count(), .meanLoss = losses.mean(), .ppl = ppl, .pplError = ppl * losses.error()};
}

double percentile(const std::vector<float>& sorted, double share)
{
    if (sorted.empty()) return 0;
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(double(sorted[below]), double(sorted[above]), place - static_cast<double>(below));
}

void DivergenceSums::add(const RowScore& score)
{
    const double delta = std::exp(-score.loss) - std::exp(-score.baseLoss);
    m_losses.add(score.loss, score.baseLoss);
    m_divergence.add(score.divergence);
    m_delta.add(delta);
    m_squaredDelta.add(delta * delta);
    m_sameTop.add(score.sameTop ? 1 : 0);
    m_divergences.push_back(static_cast<float>(score.divergence));
    m_deltas.push_back(static_cast<float>(delta));
}

Divergence DivergenceSums::soFar() const
{
    Divergence d;
    d.basePpl = std::exp(m_losses.meanY());
    d.basePplError = d.basePpl * m_losses.errorY();
    d.logRatio = m_losses.mean() - m_losses.meanY();
    d.logRatioError = m_losses.errorOfDifference();
    d.correlation = m_losses.correlation();
    d.kldMean = m_divergence.mean();
    d.kldError = m_divergence.error();
    d.deltaMean = m_delta.mean();
    d.deltaMeanError = m_delta.error();
    d.deltaRms = std::sqrt(m_squaredDelta.mean());
    d.deltaRmsError = d.deltaRms > 0 ? m_squaredDelta.error() / (2 * d.deltaRms) : 0; // d√x = dx / 2√x
    d.sameTop = m_sameTop.mean();
    d.sameTopError = m_sameTop.error();
    return d;
}

void DivergenceSums::addPercentiles(Divergence& d)
{
    std::ranges::sort(m_divergences);
    std::ranges::sort(m_deltas);
    const auto kld = [&](double share) { return percentile(m_divergences, share); };
    d.kldMaximum = kld(1);
    d.kldP999 = kld(0.999);
    d.kldP99 = kld(0.99);
    d.kldP95 = kld(0.95);
    d.kldP90 = kld(0.9);
    d.kldMedian = kld(0.5);
    d.kldP10 = kld(0.1);
    d.kldP5 = kld(0.05);
    d.kldP1 = kld(0.01);
    d.kldP01 = kld(0.001);
    d.kldMinimum = kld(0);
    const auto delta = [&](double share) { return percentile(m_deltas, share); };
    d.deltaMaximum = delta(1);
    d.deltaP999 = delta(0.999);
    d.deltaP99 = delta(0.99);
    d.deltaP95 = delta(0.95);
    d.deltaP90 = delta(0.9);
    d.deltaP75 = delta(0.75);
    d.deltaMedian = delta(0.5);
    d.deltaP25 = delta(0.25);
    d.deltaP10 = delta(0.1);
    d.deltaP5 = delta(0.05);
    d.deltaP1 = delta(0.01);
    d.deltaP01 = delta(0.001);
    d.deltaMinimum = delta(0);
}

} // namespace corral::measure
