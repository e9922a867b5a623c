#include "app/cli/perplexity_report.h"

#include <cmath>
#include <format>

namespace corral::cli {

namespace {

using measure::Divergence;
using measure::Measurement;

struct Percentile {
    std::string_view title, key;
    double Divergence::*value;
};
constexpr Percentile kKldPercentiles[] = {
    {"Maximum", "max", &Divergence::kldMaximum}, {"99.9%", "p99.9", &Divergence::kldP999}, {"99.0%", "p99", &Divergence::kldP99},
    {"95.0%", "p95", &Divergence::kldP95},       {"90.0%", "p90", &Divergence::kldP90},    {"Median", "median", &Divergence::kldMedian},
    {"10.0%", "p10", &Divergence::kldP10},       {"5.0%", "p5", &Divergence::kldP5},       {"1.0%", "p1", &Divergence::kldP1},
    {"0.1%", "p0.1", &Divergence::kldP01},       {"Minimum", "min", &Divergence::kldMinimum}};
constexpr Percentile kDeltaPercentiles[] = {
    {"Maximum", "max", &Divergence::deltaMaximum}, {"99.9%", "p99.9", &Divergence::deltaP999}, {"99.0%", "p99", &Divergence::deltaP99},
    {"95.0%", "p95", &Divergence::deltaP95},       {"90.0%", "p90", &Divergence::deltaP90},    {"75.0%", "p75", &Divergence::deltaP75},
    {"Median", "median", &Divergence::deltaMedian}, {"25.0%", "p25", &Divergence::deltaP25},   {"10.0%", "p10", &Divergence::deltaP10},
    {"5.0%", "p5", &Divergence::deltaP5},          {"1.0%", "p1", &Divergence::deltaP1},       {"0.1%", "p0.1", &Divergence::deltaP01},
    {"Minimum", "min", &Divergence::deltaMinimum}};

// Of a difference of two perplexities whose logarithms vary together.
double differenceError(const Measurement& m)
{
    const Divergence& d = *m.divergence;
    const double q = m.perplexity.pplError, p = d.basePplError;
    return std::sqrt(std::fmax(0, q * q + p * p - 2 * d.correlation * q * p));
}

std::string divergenceReport(const Measurement& m)
{
    const Divergence& d = *m.divergence;
    const double ratio = std::exp(d.logRatio);
    std::string text = "\n====== Perplexity statistics ======\n";
    text += std::format("Mean PPL(Q)                   : {:10.6f} ± {:10.6f}\n", m.perplexity.ppl, m.perplexity.pplError);
    text += std::format("Mean PPL(base)                : {:10.6f} ± {:10.6f}\n", d.basePpl, d.basePplError);
    text += std::format("Cor(ln(PPL(Q)), ln(PPL(base))): {:6.2f}%\n", 100 * d.correlation);
    text += std::format("Mean ln(PPL(Q)/PPL(base))     : {:10.6f} ± {:10.6f}\n", d.logRatio, d.logRatioError);
    text += std::format("Mean PPL(Q)/PPL(base)         : {:10.6f} ± {:10.6f}\n", ratio, ratio * d.logRatioError);
    text += std::format("Mean PPL(Q)-PPL(base)         : {:10.6f} ± {:10.6f}\n", m.perplexity.ppl - d.basePpl, differenceError(m));
    text += "\n====== KL divergence statistics ======\n";
    text += std::format("Mean    KLD: {:10.6f} ± {:10.6f}\n", d.kldMean, d.kldError);
    for (const auto& p : kKldPercentiles) text += std::format("{:<7} KLD: {:10.6f}\n", p.title, d.*p.value);
    text += "\n====== Token probability statistics ======\n";
    text += std::format("Mean    Δp: {:6.3f} ± {:5.3f} %\n", 100 * d.deltaMean, 100 * d.deltaMeanError);
    for (const auto& p : kDeltaPercentiles) text += std::format("{:<7} Δp: {:6.3f}%\n", p.title, 100 * (d.*p.value));
    text += std::format("RMS Δp    : {:6.3f} ± {:5.3f} %\n", 100 * d.deltaRms, 100 * d.deltaRmsError);
    text += std::format("Same top p: {:6.3f} ± {:5.3f} %\n", 100 * d.sameTop, 100 * d.sameTopError);
    return text;
}

} // namespace

std::string perplexityReport(const Measurement& m)
{
    std::string text = std::format("Final estimate: PPL = {:.4f} +/- {:.5f}\n", m.perplexity.ppl, m.perplexity.pplError);
    if (m.divergence) text += divergenceReport(m);
    return text;
}

Json perplexityJson(const Measurement& m)
{
    Json json{{"tokens", m.perplexity.tokens},      {"ppl", m.perplexity.ppl},           {"ppl_error", m.perplexity.pplError},
              {"mean_nll", m.perplexity.meanLoss}, {"chunks", m.perplexity.chunks}, {"seconds", m.perplexity.seconds}};
    if (!m.divergence) return json;
    const Divergence& d = *m.divergence;
    json["base_ppl"] = d.basePpl;
    json["base_ppl_error"] = d.basePplError;
    json["ln_ppl_ratio"] = d.logRatio;
    json["ln_ppl_ratio_error"] = d.logRatioError;
    json["ppl_ratio"] = std::exp(d.logRatio);
    json["ppl_ratio_error"] = std::exp(d.logRatio) * d.logRatioError;
    json["correlation"] = d.correlation;
    json["kld"] = {{"mean", d.kldMean}, {"error", d.kldError}};
    for (const auto& p : kKldPercentiles) json["kld"][p.key] = d.*p.value;
    json["delta_p"] = {{"mean", d.deltaMean}, {"error", d.deltaMeanError}, {"rms", d.deltaRms}, {"rms_error", d.deltaRmsError}};
    for (const auto& p : kDeltaPercentiles) json["delta_p"][p.key] = d.*p.value;
    json["same_top"] = d.sameTop;
    json["same_top_error"] = d.sameTopError;
    return json;
}

std::string_view divergenceHeading()
{
    return "chunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence              Δp RMS            Same top p";
}

std::string perplexityChunk(const Measurement& m)
{
    if (!m.divergence) return std::format("[{}]{:.4f},", m.perplexity.chunks, m.perplexity.ppl);
    const Divergence& d = *m.divergence;
    return std::format("{:4}   {:10.4f} ± {:9.4f}   {:10.5f} ± {:9.5f}   {:10.5f} ± {:9.5f}   {:6.3f} ± {:6.3f} %   {:6.3f} ± {:6.3f} %", m.perplexity.chunks,
                       m.perplexity.ppl, m.perplexity.pplError, d.logRatio, d.logRatioError, d.kldMean, d.kldError, 100 * d.deltaRms, 100 * d.deltaRmsError,
                       100 * d.sameTop, 100 * d.sameTopError);
}

} // namespace corral::cli
