#include "app/estimating/scripted_reader.h"

#include "app/estimating/planned_header.h"

namespace corral::app {

namespace {

constexpr MemoryStatus kMachine{.total = 16'600'000'000, .available = 11'900'000'000, .resident = 310'000'000};

Result<std::shared_ptr<const gguf::File>> openScripted(const Workshop& workshop, const std::filesystem::path& path)
{
    const auto model = workshop.open(path);
    if (!model) return std::unexpected(model.error());
    if (model->file) return model->file;
    const auto plan = planFor(*model, kUnchanged.toStdString(), {.allowRequantize = true});
    if (!plan) return std::unexpected(plan.error());
    return plannedHeader(*model->source, *plan);
}

Result<RemoteModel> readScripted(const Workshop& workshop, const QString& source)
{
    if (source.contains(QLatin1String("gated"))) return fail(ErrorCode::InvalidArgument, "{}: huggingface.co wants a token and the owner's agreement.", source.toStdString());
    if (source.contains(QLatin1String("nowhere"))) return fail(ErrorCode::NotFound, "huggingface.co has no {}.", source.toStdString());
    const QString name = source.section(u'/', -1).replace(u':', u'-');
    auto file = openScripted(workshop, (name + QStringLiteral(".gguf")).toStdString());
    if (!file) return std::unexpected(file.error());
    return RemoteModel{name, source, *file};
}

} // namespace

EstimateReader scriptedReader(const Workshop& workshop, std::function<std::uint64_t()> resident)
{
    return {.open = [workshop](const std::filesystem::path& path) { return openScripted(workshop, path); },
            .readRemote = [workshop](const QString& source) { return QtFuture::makeReadyValueFuture(readScripted(workshop, source)); },
            .machine =
                [resident = std::move(resident)] {
                    MemoryStatus status = kMachine;
                    if (resident) status.resident = resident();
                    return status;
                }};
}

} // namespace corral::app
