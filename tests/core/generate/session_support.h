#pragma once
// Opens a model file and a session on it, with the failure in the test's own words.
#include "core/generate/session.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <cmath>

namespace corral::test {

inline std::unique_ptr<generate::Session> openSession(const std::filesystem::path& path, const generate::SessionOptions& options)
{
    auto file = gguf::File::open(path);
    if (!file) return ADD_FAILURE() << file.error().message, nullptr;
    auto model = generate::LoadedModel::load(*file);
    if (!model) return ADD_FAILURE() << model.error().message, nullptr;
    auto session = generate::Session::create(*model, options);
    if (!session) return ADD_FAILURE() << session.error().message, nullptr;
    return std::move(*session);
}

// Logits of the last prompt position, then of each further token given alone: [1 + then][vocabulary].
inline std::vector<float> stepLogits(generate::Session& session, const std::vector<generate::Token>& prompt, const std::vector<generate::Token>& then)
{
    std::vector<float> all;
    auto logits = session.decode(prompt, generate::Session::Logits::Last);
    if (!logits) return ADD_FAILURE() << logits.error().message, all;
    all.assign(logits->begin(), logits->end());
    for (const generate::Token& token : then) {
        logits = session.decode({&token, 1}, generate::Session::Logits::Last);
        if (!logits) return ADD_FAILURE() << logits.error().message, all;
        all.insert(all.end(), logits->begin(), logits->end());
    }
    return all;
}

inline std::vector<float> copy(const Result<std::span<const float>>& logits)
{
    if (!logits) return ADD_FAILURE() << logits.error().message, std::vector<float>();
    return {logits->begin(), logits->end()};
}

inline double largestDifference(std::span<const float> a, std::span<const float> b)
{
    if (a.size() != b.size()) return ADD_FAILURE() << a.size() << " values against " << b.size(), INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(double(a[i]) - double(b[i]));
        if (!(difference <= largest)) largest = difference; // NaN counts as the largest
    }
    return largest;
}

// -log p(token) by the logits of one row
inline double negativeLogLikelihood(std::span<const float> logits, generate::Token token)
{
    const double top = *std::ranges::max_element(logits);
    double sum = 0;
    for (float l : logits) sum += std::exp(double(l) - top);
    return top + std::log(sum) - double(logits[static_cast<std::size_t>(token)]);
}

} // namespace corral::test
