#include "app/cli/estimate_report.h"

#include "app/cli/model_options.h"
#include "core/quant/format.h"

namespace corral::cli {

namespace {

using memory::Group;
using memory::Quantity;

constexpr double kGB = 1e9, kGiB = 1073741824.0;

Json partsOf(std::span<const Quantity> quantities)
{
    Json parts = Json::array();
    for (const Quantity& q : quantities) {
        Json assumptions = Json::array();
        for (const memory::Words& assumption : q.assumptions) assumptions.push_back(assumption.text());
        parts.push_back({{"id", q.id}, {"name", q.name}, {"bytes", q.bytes}, {"formula", q.formula.text()}, {"assumptions", assumptions}, {"estimated", q.estimated}});
    }
    return parts;
}

// The four kinds and their sum; what the program itself takes is work memory too.
template <class Source> Json kindsOf(const Source& source)
{
    return {{"weights", source.bytes(Group::Weights)},
            {"kv_cache", source.bytes(Group::Cache)},
            {"compute", memory::sum({source.bytes(Group::Compute), source.bytes(Group::Program)})},
            {"output", source.bytes(Group::Output)},
            {"total", source.total()}};
}

Json exactJson(const Estimate& e)
{
    const memory::Account& account = *e.exact;
    Json json = kindsOf(account);
    Json& devices = json["devices"] = Json::array();
    for (const memory::DeviceAccount& device : account.devices) {
        Json entry = kindsOf(device);
        entry["name"] = device.device.name;
        entry["layers"] = device.layers;
        entry["capacity"] = device.device.capacity;
        entry["free"] = device.device.free;
        entry["parts"] = partsOf(std::vector<Quantity>(device.parts.begin(), device.parts.end()));
        devices.push_back(std::move(entry));
    }
    for (const auto& [tensor, device] : e.tensors)
        json["tensors"].push_back({{"name", tensor.name},
                                   {"type", quant::findFormat(tensor.type)->name},
                                   {"role", memory::idOf(tensor.role)},
                                   {"bytes", tensor.bytes},
                                   {"device", account.devices[device].device.name}});
    json["context"] = account.context;
    json["batch"] = account.batch;
    json["cache_type_k"] = toString(account.key);
    json["cache_type_v"] = toString(account.value);
    json["gpu_layers"] = account.gpuLayers;
    json["layers"] = e.placeableLayers;
    json["estimated"] = account.estimated;
    return json;
}

class Table {
public:
    void heading(std::string_view title) { m_text += std::format("\n{:<44}{:>11} {:>11}\n", title, "GB", "GiB"); }
    void row(std::string_view name, std::uint64_t bytes, std::string_view note = {})
    {
        const double n = static_cast<double>(bytes);
        m_text += std::format("  {:<42}{:>8.3f} GB {:>7.3f} GiB", name, n / kGB, n / kGiB);
        m_text += note.empty() ? "\n" : std::format("   {}\n", oneLine(note));
    }
    void row(const Quantity& q) { row(q.name, q.bytes, q.formula.text()); }
    void line(std::string_view text) { m_text += std::format("{}\n", text); }
    std::string take() { return std::move(m_text); }

private:
    std::string m_text;
};

void writeDevice(Table& table, const memory::DeviceAccount& device, bool several, bool estimated)
{
    table.heading(several ? std::format("{}, {} layers", device.device.name, device.layers) : std::string(estimated ? "estimated, on the CPU" : "exact, on the CPU"));
    for (const memory::Part& part : device.parts) table.row(part);
    table.row("total", device.total(), device.device.free > 0 ? std::format("of {:.3f} GB ({:.3f} GiB) free", static_cast<double>(device.device.free) / kGB,
                                                                            static_cast<double>(device.device.free) / kGiB)
                                                               : std::string());
}

} // namespace

std::string toText(const Estimate& e)
{
    Table table;
    table.line(oneLine(e.title));
    table.heading("rules of thumb");
    table.row(e.rules.inference);
    table.row(e.rules.training);
    table.row(e.rules.deployment);
    if (e.exact) {
        const memory::Account& account = *e.exact;
        table.line(std::format("\ncontext {}, batch {}, {}, cache {} / {}{}", account.context, account.batch,
                               account.threads == 1 ? "1 thread" : std::format("{} threads", account.threads), toString(account.key), toString(account.value),
                               account.devices.size() > 1 ? std::format(", {} of {} layers on GPUs", account.gpuLayers, e.placeableLayers) : ""));
        if (account.estimated) table.line(std::format("cache and compute are a formula's estimate: {}", oneLine(e.whyEstimated)));
        for (const memory::DeviceAccount& device : account.devices) writeDevice(table, device, account.devices.size() > 1, account.estimated);
        if (account.devices.size() > 1) {
            table.heading("all devices");
            table.row("total", account.total());
        }
    }
    if (!e.tensors.empty()) table.heading("weights by tensor");
    for (const auto& [tensor, device] : e.tensors)
        table.row(oneLine(tensor.name), tensor.bytes, std::format("{} on {}", quant::findFormat(tensor.type)->name, e.exact->devices[device].device.name));
    if (e.training) {
        const auto& [options, memory] = *e.training;
        table.heading(std::format("training: {}, {}, {} × {} tokens", memory::toString(options.method), memory::toString(options.recipe), options.batch, options.sequence));
        for (const Quantity& part : memory.parts()) table.row(part);
        table.row("total", memory.total());
    }
    if (e.deployment) {
        table.heading(std::format("deployment: {} users × {} tokens", e.deployment->users, e.deployment->context));
        for (const Quantity& part : e.deployment->parts()) table.row(part);
        table.row("total", e.deployment->total());
    }
    table.line("\nGB = 10^9 bytes, GiB = 2^30 bytes");
    return table.take();
}

Json toJson(const Estimate& e)
{
    const auto rules = [&](auto&& number) -> Json {
        return {{"inference", number(e.rules.inference.bytes)}, {"training", number(e.rules.training.bytes)}, {"deployment", number(e.rules.deployment.bytes)}};
    };
    Json json = {{"rules", rules([](std::uint64_t bytes) { return bytes; })},
                 {"rules_in_GB", rules([](std::uint64_t bytes) { return static_cast<double>(bytes) / kGB; })},
                 {"rules_in_GiB", rules([](std::uint64_t bytes) { return static_cast<double>(bytes) / kGiB; })}};
    if (e.exact) json["exact"] = exactJson(e);
    if (e.training) {
        const auto& [options, m] = *e.training;
        json["training"] = {{"method", memory::toString(options.method)},
                            {"weights", memory::sum({m.weights.bytes, m.adapters.bytes})},
                            {"gradients", m.gradients.bytes},
                            {"optimizer", m.optimizer.bytes},
                            {"activations", m.activations.bytes},
                            {"logits", m.logits.bytes},
                            {"total", m.total()},
                            {"trained_parameters", m.trainedParameters},
                            {"sequence", options.sequence},
                            {"batch", options.batch},
                            {"parts", partsOf(m.parts())}};
    }
    if (e.deployment) {
        const memory::DeploymentMemory& d = *e.deployment;
        json["deployment"] = {{"users", d.users},
                              {"context", d.context},
                              {"weights", d.weights.bytes},
                              {"kv_cache", d.cache.bytes},
                              {"compute", memory::sum({d.compute.bytes, d.program.bytes})},
                              {"output", d.output.bytes},
                              {"total", d.total()},
                              {"parts", partsOf(d.parts())}};
    }
    return json;
}

std::optional<std::uint64_t> parseByteCount(std::string_view text)
{
    const auto letter = text.find_first_not_of("0123456789.");
    const auto number = parseNumber<double>(text.substr(0, letter));
    const std::string_view unit = letter == std::string_view::npos ? std::string_view() : text.substr(letter);
    constexpr std::pair<std::string_view, double> kUnits[] = {{"", 1},         {"B", 1},          {"k", 1e3},       {"K", 1e3},      {"kB", 1e3},     {"KB", 1e3},
                                                              {"M", 1e6},      {"MB", 1e6},       {"G", kGB},       {"GB", kGB},     {"T", 1e12},     {"TB", 1e12},
                                                              {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", kGiB},    {"TiB", kGiB * 1024}};
    if (!number) return std::nullopt;
    for (const auto& [name, bytes] : kUnits)
        if (name == unit && *number > 0 && *number * bytes < 0x1p60) return memory::roundedBytes(*number * bytes);
    return std::nullopt;
}

} // namespace corral::cli
