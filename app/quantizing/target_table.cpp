#include "app/quantizing/target_table.h"

#include "core/quantize/target.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>

namespace corral::app {

namespace {

class Targets {
    Q_DECLARE_TR_FUNCTIONS(Targets)
};

// Runs need the weights, the cache and some scratch.
constexpr double kScratchShare = 0.05;

// The number that its name holds: "Q4_K_M" → 4, "BF16" → 16.
int groupOf(const quantize::Target& target)
{
    if (target.copy) return 0;
    const auto digit = target.name.find_first_of("123456789");
    return digit == std::string_view::npos ? 0 : std::atoi(target.name.data() + digit);
}

bool isAlias(const quantize::Target& target) { return !target.copy && quantize::targetOfFileType(target.fileType) != &target; }

bool isTernary(const QString& name) { return name.startsWith(u"TQ"); }
bool isSpecial(const QString& name) { return isTernary(name) || name == u"Q1_0" || name == u"Q2_0" || name == u"MXFP4_MOE"; }

} // namespace

QList<TargetRow> planTargets(const SourceModel& model, const quantize::PlanOptions& options, std::uint64_t freeMemory)
{
    quantize::PlanOptions planned = options;
    planned.allowRequantize = true; // sizes are told anyway; the page asks for permission
    const std::uint64_t cache = cacheBytes(model.source->keys(), kContextRoom);
    QList<TargetRow> rows;
    for (const quantize::Target& target : quantize::allTargets()) {
        if (isAlias(target)) continue;
        TargetRow row;
        row.name = target.copy ? kUnchanged : QString::fromLatin1(target.name.data(), qsizetype(target.name.size()));
        row.bits = groupOf(target);
        if (const auto plan = planFor(model, row.name.toStdString(), planned)) {
            row.bytes = plan->bytes;
            row.bitsPerWeight = plan->bitsPerWeight();
            row.needsMatrix = plan->missingImportance.has_value();
            row.fits = freeMemory == 0 || double(plan->bytes) * (1 + kScratchShare) + double(cache) < double(freeMemory);
        } else {
            row.problem = QString::fromStdString(plan.error().message);
        }
        rows.append(row);
    }
    // By group, what is for special models last in it; the unchanged copy at the very end.
    std::ranges::stable_sort(rows, [](const TargetRow& a, const TargetRow& b) {
        const auto key = [](const TargetRow& row) { return std::tuple(row.bits == 0, -row.bits, isSpecial(row.name)); };
        if (key(a) != key(b)) return key(a) < key(b);
        return a.bytes > b.bytes;
    });
    return rows;
}

Recommendation recommend(const QList<TargetRow>& rows, const SourceModel& model)
{
    constexpr std::uint64_t kSmall = 1'000'000'000; // parameters
    constexpr std::array<QStringView, 7> kLadder{u"Q8_0", u"Q6_K", u"Q5_K_M", u"Q4_K_M", u"IQ4_XS", u"Q3_K_M", u"Q2_K"};
    constexpr int kUsual = 3; // Q4_K_M
    const auto rowOf = [&](QStringView name) {
        const auto it = std::ranges::find(rows, name, [](const TargetRow& row) -> QStringView { return row.name; });
        return it == rows.end() ? -1 : int(it - rows.begin());
    };
    const auto possible = [&](int row) {
        return row >= 0 && rows[row].problem.isEmpty() && !rows[row].needsMatrix && (model.bytes == 0 || rows[row].bytes < model.bytes);
    };
    const bool small = model.parameters < kSmall;
    const int first = small ? 0 : kUsual;
    int usual = -1; // the first one that can be made at all
    for (int step = first; step < int(kLadder.size()); ++step) {
        const int row = rowOf(kLadder[std::size_t(step)]);
        if (!possible(row)) continue;
        if (usual < 0) usual = row;
        if (!rows[row].fits) continue;
        if (row != usual) return {row, Recommendation::Reason::Memory};
        if (model.quantized) return {row, Recommendation::Reason::Again};
        return {row, small ? Recommendation::Reason::SmallModel : Recommendation::Reason::Usual};
    }
    if (usual >= 0) return {usual, Recommendation::Reason::TooLarge};
    // The model is small already: what can be made at all, best first.
    for (int row = 0; row < rows.size(); ++row) {
        if (rows[row].problem.isEmpty() && !rows[row].needsMatrix) return {row, Recommendation::Reason::Usual};
    }
    return {};
}

QString reasonText(Recommendation::Reason reason)
{
    switch (reason) {
    case Recommendation::Reason::Usual: return Targets::tr("The usual choice: small, fast, and hardly worse than the original.");
    case Recommendation::Reason::SmallModel: return Targets::tr("Small models suffer most from few bits and are fast anyway: keep 8.");
    case Recommendation::Reason::Memory: return Targets::tr("The best one that fits in the memory that is free now, with room for a conversation.");
    case Recommendation::Reason::TooLarge: return Targets::tr("Nothing fits in the memory that is free now; this is the usual choice for larger computers.");
    case Recommendation::Reason::Again: return Targets::tr("The best one that is smaller than the file is now. Made from the original it would be better.");
    }
    return {};
}

QString expectationOf(const TargetRow& row)
{
    if (row.bits == 0) return Targets::tr("No loss");
    if (isSpecial(row.name)) return row.name == u"MXFP4_MOE" ? Targets::tr("For mixtures of experts") : Targets::tr("Special models only");
    if (row.bits >= 16) return Targets::tr("No loss to speak of");
    constexpr double kAlmostNone = 8, kHardly = 6, kVeryLittle = 5, kLittle = 4.2, kNoticeable = 3.4, kLarge = 2.6; // bits a weight
    const double bits = row.bitsPerWeight;
    if (bits >= kAlmostNone) return Targets::tr("Almost no loss");
    if (bits >= kHardly) return Targets::tr("Hardly any loss");
    if (bits >= kVeryLittle) return Targets::tr("Very little loss");
    if (bits >= kLittle) return Targets::tr("Little loss");
    if (bits >= kNoticeable) return Targets::tr("Noticeable loss");
    if (bits >= kLarge) return Targets::tr("Large loss");
    return Targets::tr("Very large loss");
}

QString groupTitle(int bits)
{
    if (bits == 0) return Targets::tr("As it is");
    return Targets::tr("%n bit(s)", nullptr, bits);
}

} // namespace corral::app
