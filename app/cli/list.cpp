// corral list: the models on this machine.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/library.h"
#include "app/shelf/other_programs.h"

namespace corral::cli {

namespace {

// Half of a character's bytes would shift the columns behind it: counted as the terminal shows them, one column a character.
std::string column(const std::string& text, std::size_t width)
{
    std::string out;
    std::size_t columns = 0;
    for (const char c : text) {
        const bool begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        if (begins && columns + 1 == width && text.size() - out.size() > 1) {
            out += "…";
            ++columns;
            break;
        }
        out += c;
        columns += begins;
    }
    return out + std::string(width > columns ? width - columns : 0, ' ');
}

std::string sizeText(std::uint64_t bytes)
{
    const double n = static_cast<double>(bytes);
    return n >= 1e9 ? std::format("{:.1f} GB", n / 1e9) : n >= 1e6 ? std::format("{:.1f} MB", n / 1e6) : std::format("{:.1f} kB", n / 1e3);
}

std::string problemOf(const shelf::Model& model)
{
    if (!model.missing.empty()) {
        std::string names;
        for (const std::string& name : model.missing) names += (names.empty() ? "" : ", ") + name;
        return "missing: " + names;
    }
    if (model.error) return model.error->message;
    if (model.facts && !model.supported()) return std::format("the architecture \"{}\" is not supported", model.facts->architecture);
    return {};
}

std::string originOf(const shelf::Model& model)
{
    return model.folder.origin == shelf::Origin::Own ? model.folder.path.string() : std::string(shelf::programName(model.folder.origin));
}

Json asJson(const shelf::Model& model)
{
    Json files = Json::array();
    for (const shelf::File& file : model.files) {
        files.push_back({{"path", file.path.string()}, {"bytes", file.bytes}});
        if (!file.sha256.empty()) files.back()["sha256"] = file.sha256;
    }
    const shelf::Facts facts = model.facts.value_or(shelf::Facts());
    return {{"name", model.title()},
            {"path", model.path().string()},
            {"label", model.label},
            {"origin", model.folder.origin == shelf::Origin::Own ? "own" : std::string(shelf::programName(model.folder.origin))},
            {"folder", model.folder.path.string()},
            {"own", model.own},
            {"architecture", facts.architecture},
            {"supported", model.supported()},
            {"quantization", model.quantization()},
            {"parameters", facts.parameters},
            {"context_length", facts.trainingContext},
            {"license", facts.license},
            {"bytes", model.bytes()},
            {"files", std::move(files)},
            {"missing", model.missing},
            {"problem", problemOf(model)}};
}

std::string asText(const Library& library)
{
    constexpr std::size_t kName = 44, kType = 10, kSize = 12;
    if (library.models.empty()) return "no models; `corral pull hf:USER/REPO` fetches one\n";
    std::string text;
    std::string heading;
    std::uint64_t bytes = 0;
    std::vector<const shelf::Model*> models;
    for (const shelf::Model& model : library.models) models.push_back(&model);
    std::ranges::stable_sort(models, {}, [](const shelf::Model* model) { return std::pair(model->folder.origin, model->folder.path); });
    for (const shelf::Model* model : models) {
        const std::string origin = originOf(*model);
        if (origin != heading) text += std::format("{}{}\n", text.empty() ? "" : "\n", oneLine(heading = origin));
        const std::string name = model->folder.origin == shelf::Origin::Ollama ? model->label : model->fileName();
        const std::string problem = problemOf(*model);
        text += std::format("  {} {} {}{}\n", column(oneLine(name), kName), column(model->quantization(), kType), column(sizeText(model->bytes()), kSize),
                            problem.empty() ? "" : " " + oneLine(problem));
        bytes += model->bytes();
    }
    return text + std::format("\n{} model{}, {}\n", models.size(), models.size() == 1 ? "" : "s", sizeText(bytes));
}

} // namespace

int runList(const Hooks&, Arguments arguments)
{
    bool json = false;
    LibraryOptions options;
    OptionTable table("corral list [OPTIONS]",
                      "The models on this machine: in Corral's folder, in those added to the library, and where Hugging Face's tools, ModelScope, Ollama,\n"
                      "LM Studio, Jan, GPT4All and llama.cpp keep theirs, which are only read. Shards of one model are one line.");
    table.flag({"--json"}, "one JSON array, with paths and sizes in bytes", json);
    options.addTo(table);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse("takes no arguments");
    const auto library = Library::open(options);
    if (!library) return failed("list", library.error());
    for (const auto& [folder, error] : library->problems) complain(std::format("corral list: {}: {}", oneLine(folder.path.string()), error.message));
    if (json) {
        Json all = Json::array();
        for (const shelf::Model& model : library->models) all.push_back(asJson(model));
        print(dump(all) + "\n");
    } else {
        print(asText(*library));
    }
    return kFine;
}

} // namespace corral::cli
