#include "app/demo/demo_library.h"

#include "app/shelf/names.h"
#include "core/model/architecture.h"

#include <QDir>
#include <QFile>

#include <algorithm>

namespace corral::app {

namespace {

constexpr std::string_view kOllamaQwen = "3f0c9a5be6f1d2ab9c47d1f5a2b8e60473cd91fe0b6a7d8c5e4f3a2b1c0d9e8f";

struct Kind {
    std::string_view start, name, architecture, license;
    double parameters;
    int context, layers;
};
constexpr Kind kKinds[] = {
    {"SmolLM2", "SmolLM2 135M Instruct", "llama", "apache-2.0", 134.5e6, 8'192, 30},
    {"Qwen2.5-1.5B", "Qwen2.5 1.5B Instruct", "qwen2", "apache-2.0", 1.544e9, 32'768, 28},
    {"Qwen2.5-Coder", "Qwen2.5 Coder 7B Instruct", "qwen2", "apache-2.0", 7.616e9, 131'072, 28},
    {"Llama-3.3", "Llama 3.3 70B Instruct", "llama", "llama3.3", 70.554e9, 131'072, 80},
    {"Llama-3.2", "Llama 3.2 3B Instruct", "llama", "llama3.2", 3.213e9, 131'072, 28},
    {"gemma-3", "Gemma 3 12B it", "gemma3", "gemma", 11.766e9, 131'072, 48},
    {"Mistral", "Mistral 7B Instruct v0.3", "llama", "apache-2.0", 7.248e9, 32'768, 32},
    {"mamba", "mamba-2.8b", "mamba", "apache-2.0", 2.8e9, 0, 64},
    {"sha256-", "Qwen3 8B", "qwen3", "apache-2.0", 8.191e9, 40'960, 36},
};

void makeFile(const QString& path, double bytes)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.resize(qint64(bytes)); // sparse
}

void makeText(const QString& path, const QByteArray& text)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(text);
}

} // namespace

DemoLibrary makeDemoLibrary(const QString& scratch)
{
    const QString added = scratch + QStringLiteral("/disk2/models"), cache = scratch + QStringLiteral("/huggingface/hub"), ollama = scratch + QStringLiteral("/ollama/models");
    makeFile(added + QStringLiteral("/Llama-3.3-70B-Instruct-Q4_K_M-00001-of-00003.gguf"), 14.9e9);
    makeFile(added + QStringLiteral("/Llama-3.3-70B-Instruct-Q4_K_M-00003-of-00003.gguf"), 12.7e9);
    makeFile(added + QStringLiteral("/Mistral-7B-Instruct-v0.3-F16-00001-of-00002.gguf"), 9.9e9);
    makeFile(added + QStringLiteral("/Mistral-7B-Instruct-v0.3-F16-00002-of-00002.gguf"), 4.6e9);

    const QString repository = cache + QStringLiteral("/models--bartowski--Qwen2.5-Coder-7B-Instruct-GGUF");
    const QString commit = QStringLiteral("1f8cb4a6c1d2e3f40516273849a0b1c2d3e4f506");
    makeText(repository + QStringLiteral("/refs/main"), commit.toLatin1());
    const QString blob = repository + QStringLiteral("/blobs/2a9c53be7d10f4e86b35a1c97d20e4f8b6a5c4d3e2f1a0b9c8d7e6f5a4b3c2d1");
    makeFile(blob, 4.683e9);
    const QString snapshot = repository + QStringLiteral("/snapshots/") + commit;
    QDir().mkpath(snapshot);
    QFile::link(blob, snapshot + QStringLiteral("/Qwen2.5-Coder-7B-Instruct-Q4_K_M.gguf"));

    const QByteArray digest = QByteArray::fromStdString(std::string(kOllamaQwen));
    makeFile(ollama + QStringLiteral("/blobs/sha256-") + QString::fromLatin1(digest), 5.225e9);
    makeText(ollama + QStringLiteral("/manifests/registry.ollama.ai/library/qwen3/8b"),
             R"({"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:)" + digest + R"("}]})");
    return {added, {{cache.toStdString(), shelf::Origin::HuggingFace}, {ollama.toStdString(), shelf::Origin::Ollama}}};
}

Result<engine::ModelInfo> inspectDemo(const std::filesystem::path& path)
{
    const std::string file = path.filename().string();
    const auto known = std::ranges::find_if(kKinds, [&](const Kind& kind) { return file.starts_with(kind.start); });
    const Kind other{"", "", "llama", "apache-2.0", 1.5e9, 32'768, 28};
    const Kind& kind = known == std::end(kKinds) ? other : *known;
    engine::ModelInfo info;
    info.path = path;
    info.name = kind.name.empty() ? path.stem().string() : std::string(kind.name);
    info.architecture = kind.architecture;
    info.quantization = shelf::quantizationInName(file).empty() ? "Q4_K_M" : shelf::quantizationInName(file);
    info.license = kind.license;
    info.parameters = static_cast<std::uint64_t>(kind.parameters);
    info.trainingContext = kind.context;
    info.layers = kind.layers;
    info.hasChatTemplate = true;
    info.supported = model::findArchitecture(info.architecture) != nullptr;
    return info;
}

} // namespace corral::app
