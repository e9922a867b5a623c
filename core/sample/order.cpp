#include "core/sample/order.h"

#include "core/sample/sampler.h"

#include <algorithm>

namespace corral::sample {

namespace {

struct StepName {
    char letter; // of --sampler-seq
    std::string_view canonical;
    std::string_view aliases[4];
};

constexpr StepName kNames[] = {
    {'e', "penalties", {}},
    {'d', "dry", {}},
    {'s', "top_n_sigma", {"top-n-sigma", "topnsigma"}},
    {'k', "top_k", {"top-k", "topk"}},
    {'y', "typ_p", {"typ-p", "typp", "typ"}},
    {'p', "top_p", {"top-p", "topp", "nucleus"}},
    {'m', "min_p", {"min-p", "minp"}},
    {'x', "xtc", {}},
    {'t', "temperature", {"temp"}},
    {'i', "infill", {}},
    {'a', "adaptive_p", {"adaptive-p", "adaptivep"}},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

} // namespace

std::string_view canonicalStepName(std::string_view name)
{
    std::string wanted(name);
    std::ranges::transform(wanted, wanted.begin(), lower);
    if (wanted.empty()) return {};
    for (const StepName& step : kNames)
        if (wanted == step.canonical || std::ranges::find(step.aliases, wanted) != std::end(step.aliases)) return step.canonical;
    return {};
}

std::vector<std::string> parseOrder(const std::string& list, bool letters, std::vector<std::string>* unknown)
{
    std::vector<std::string> order;
    const auto add = [&](std::string_view canonical, std::string_view given) {
        if (!canonical.empty())
            order.emplace_back(canonical);
        else if (unknown)
            unknown->emplace_back(given);
    };
    if (letters) {
        for (const char& letter : list) {
            const auto found = std::ranges::find(kNames, lower(letter), &StepName::letter);
            add(found == std::end(kNames) ? std::string_view{} : found->canonical, {&letter, 1});
        }
        return order;
    }
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(';', begin), list.size());
        std::string_view name = std::string_view(list).substr(begin, end - begin);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (!name.empty()) add(canonicalStepName(name), name);
        begin = end + 1;
    }
    return order;
}

} // namespace corral::sample
