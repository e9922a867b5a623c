#include "app/estimating/estimate_controller.h"

#include "app/estimating/account_bar.h"
#include "app/estimating/planned_header.h"
#include "app/estimating/quantity_words.h"
#include "app/quantizing/job_words.h"
#include "app/quantizing/workshop.h"
#include "app/text/sentences.h"
#include "core/generate/default_context.h"
#include "core/hub/abandon.h"
#include "core/memory/training.h"
#include "core/quantize/target.h"

#include <QFileInfo>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>

namespace corral::app {

namespace {

constexpr std::uint64_t kGiB = std::uint64_t(1) << 30;
constexpr std::array<std::uint64_t, 10> kCards{0, 4, 6, 8, 12, 16, 24, 32, 48, 80}; // GiB
constexpr std::array kCaches{generate::CacheType::F32, generate::CacheType::F16, generate::CacheType::Q8_0};
constexpr LogScale kBatch{.low = 1, .high = 4096, .step = 1}, kUsers{.low = 1, .high = 1024, .step = 1}, kSequence{.low = 128, .high = 131'072, .step = 128},
    kTrainBatch{.low = 1, .high = 256, .step = 1}, kRank{.low = 1, .high = 256, .step = 1};
constexpr int kLongestContext = 1 << 20, kUnknownContext = 131'072, kContextStep = 256;

EstimateBar::Kind kindOfTraining(const memory::Quantity& part)
{
    const std::string_view id = part.id;
    return id == "training.weights"     ? EstimateBar::Weights
           : id == "training.adapters"  ? EstimateBar::Adapters
           : id == "training.gradients" ? EstimateBar::Gradients
           : id == "training.optimizer" ? EstimateBar::Optimizer
           : id == "training.logits"    ? EstimateBar::Logits
                                        : EstimateBar::Activations;
}

int bitsInName(std::string_view name)
{
    const auto digit = name.find_first_of("123456789");
    return digit == std::string_view::npos ? 0 : std::atoi(name.data() + digit);
}

struct ThoughtType {
    std::string name;
    double bytes = 0; // a parameter
};
// Number types by their usual names, and every target whose average is known; many bits first.
std::vector<ThoughtType> thoughtTypes()
{
    std::vector<ThoughtType> types;
    const auto add = [&](std::string name) {
        if (const auto type = memory::bytesPerParameter(name)) types.push_back({std::move(name), type->bytes});
    };
    for (const char* name : {"FP32", "BF16", "FP16", "FP8", "INT8", "INT4"}) add(name);
    for (const quantize::Target& target : quantize::allTargets()) {
        const bool alias = !target.copy && quantize::targetOfFileType(target.fileType) != &target;
        if (!target.copy && !alias && target.name != "F32" && target.name != "F16" && target.name != "BF16") add(std::string(target.name));
    }
    std::ranges::stable_sort(types, [](const ThoughtType& a, const ThoughtType& b) {
        const int left = bitsInName(a.name), right = bitsInName(b.name);
        return left != right ? left > right : a.bytes > b.bytes;
    });
    return types;
}

QString bitsText(double bits)
{
    constexpr double kHair = 0.005; // not seen with two digits
    return EstimateController::tr("%1 bits").arg(QLocale().toString(bits, 'f', std::abs(bits - std::round(bits)) < kHair ? 0 : 2));
}

QString sizes(std::uint64_t bytes)
{
    return EstimateController::tr("%1 (%2)", "GB, GiB").arg(sizeText(qint64(bytes)), sizeDetail(qint64(bytes)));
}

std::uint64_t limited(std::uint64_t bytes) { return std::min(bytes, std::uint64_t(1) << 62); } // what texts of the locale can say

} // namespace

EstimateController::EstimateController(EstimateReader reader, QObject* parent) : QObject(parent), m_reader(std::move(reader)), m_machine(m_reader.machine())
{
    m_worker.setMaxThreadCount(1);
    compute();
}

EstimateController::~EstimateController()
{
    hub::abandon(m_remote);
    m_worker.clear();
    m_worker.waitForDone();
}

// ── what is estimated ──

void EstimateController::setSource(Source source)
{
    if (source == m_source) return;
    m_source = source;
    refresh();
    emit stateChanged();
    emit choicesChanged();
}

void EstimateController::setHubText(const QString& text)
{
    if (text == m_hubText) return;
    m_hubText = text;
    emit hubTextChanged();
}

void EstimateController::begin(Source source)
{
    ++m_generations[source];
    m_states[source] = Reading;
    m_failures[source] = {};
    m_models[source].reset();
    m_source = source;
    refresh();
    emit stateChanged();
    emit choicesChanged();
}

void EstimateController::failWith(Source source, const Failure& failure)
{
    m_states[source] = Failed;
    m_failures[source] = failure;
    emit stateChanged();
}

void EstimateController::openFile(const QUrl& file)
{
    if (!file.isLocalFile()) return;
    const QString path = file.toLocalFile();
    m_file = file;
    begin(Library);
    read(Library, QFileInfo(path).completeBaseName(), QFileInfo(path).absolutePath(), [open = m_reader.open, path] { return open(path.toStdString()); });
}

void EstimateController::openRemote(const QString& source)
{
    setHubText(source.trimmed());
    hub::abandon(m_remote);
    if (m_hubText.isEmpty()) return;
    begin(Hub);
    const quint64 generation = m_generations[Hub];
    m_remote = m_reader.readRemote(m_hubText);
    m_remote.then(this, [this, generation](const Result<RemoteModel>& remote) {
        if (generation != m_generations[Hub]) return;
        if (!remote) return failWith(Hub, {QString::fromStdString(remote.error().message), {}}); // a sentence already
        read(Hub, remote->name, remote->place, [file = remote->file] { return Result<std::shared_ptr<const gguf::File>>(file); });
    });
}

void EstimateController::cancelReading()
{
    if (m_source == Parameters || m_states[m_source] != Reading) return;
    hub::abandon(m_remote);
    ++m_generations[m_source];
    m_states[m_source] = Empty;
    emit stateChanged();
}

// On the worker: the header, then the sizes of all targets.
void EstimateController::read(Source source, const QString& name, const QString& place, std::function<Result<std::shared_ptr<const gguf::File>>()> open)
{
    const quint64 generation = m_generations[source];
    m_worker.start([this, source, generation, name, place, open = std::move(open)] {
        auto file = open();
        std::shared_ptr<Model> model;
        Failure failure;
        if (file) {
            model = std::make_shared<Model>();
            auto described = describeSource(std::make_shared<quantize::GgufSource>(*file));
            for (const auto& tensor : described.source->tensors()) described.bytes += tensor.bytes;
            model->name = described.name.empty() ? name : QString::fromStdString(described.name);
            model->place = place;
            model->source = std::make_shared<const SourceModel>(std::move(described));
            model->memory = std::make_unique<memory::ModelMemory>(*file);
        } else {
            const app::Failure words = openFailureOf(file.error(), name);
            failure = {words.text, words.detail};
        }
        QMetaObject::invokeMethod(this, [this, source, generation, model, failure] {
            if (generation != m_generations[source]) return;
            if (!model) return failWith(source, failure);
            take(source, std::make_unique<Model>(std::move(*model)));
        }, Qt::QueuedConnection);
    });
}

void EstimateController::take(Source source, std::unique_ptr<Model> model)
{
    m_models[source] = std::move(model);
    m_states[source] = Ready;
    m_choices.context = 0; // as its session would choose
    m_choices.gpuLayers = -1;
    refresh();
    emit stateChanged();
    emit choicesChanged();
    planTable(source);
}

void EstimateController::planTable(Source source)
{
    const quint64 generation = m_generations[source];
    m_worker.start([this, source, generation, model = m_models[source]->source] {
        QList<TargetRow> rows = planTargets(*model, {}, 0);
        // The file as it is comes first: everything else is compared with it.
        const auto unchanged = std::ranges::find(rows, kUnchanged, &TargetRow::name);
        if (unchanged != rows.end()) std::rotate(rows.begin(), unchanged, unchanged + 1);
        QMetaObject::invokeMethod(this, [this, source, generation, rows] {
            if (generation != m_generations[source] || !m_models[source]) return;
            m_models[source]->targets = rows;
            if (source == m_source) computeTable();
        }, Qt::QueuedConnection);
    });
}

QString EstimateController::name() const
{
    if (m_source == Parameters) return tr("Any model of %1 parameters in %2").arg(m_parametersText, QString::fromStdString(m_choices.type));
    return model() ? model()->name : QString();
}

QString EstimateController::facts() const
{
    if (!model()) return {};
    const memory::ModelShape& shape = model()->memory->shape();
    QStringList parts{QString::fromStdString(shape.architecture), app::parametersText(qint64(limited(shape.parameters))),
                      QString::fromStdString(model()->source->type), sizeText(qint64(limited(shape.weightBytes))), model()->place};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QString EstimateController::caution() const
{
    if (!model() || model()->memory->whyEstimated().empty()) return {};
    return tr("Corral does not run this model yet: cache and working memory are estimated by formulas.");
}

memory::ModelMemory* EstimateController::memoryInUse() const
{
    const Model* m = model();
    return !m ? nullptr : m->other ? m->other.get() : m->memory.get();
}

void EstimateController::setParametersText(const QString& text)
{
    if (text == m_parametersText) return;
    m_parametersText = text;
    const auto count = memory::parseParameterCount(text.toStdString());
    m_parametersProblem = count ? QString() : tr("A number of parameters looks like 7B, 1.5B or 350M.");
    if (count) m_choices.parameters = *count;
    changed();
    emit stateChanged();
}

QStringList EstimateController::types() const
{
    QStringList names;
    for (const ThoughtType& type : thoughtTypes()) names.append(QString::fromStdString(type.name));
    return names;
}

int EstimateController::type() const { return int(types().indexOf(QString::fromStdString(m_choices.type))); }

void EstimateController::setType(int type)
{
    const QStringList names = types();
    if (type < 0 || type >= names.size()) return;
    change(m_choices.type, names[type].toStdString());
    emit stateChanged();
}

// ── choices ──

void EstimateController::changed()
{
    compute();
    emit choicesChanged();
}

template <class T, class U> void EstimateController::change(T& choice, const U& value)
{
    if (choice == T(value)) return;
    choice = T(value);
    changed();
}

void EstimateController::setTask(Task task)
{
    if (task == m_task) return;
    m_task = task;
    m_openBar = m_openKind = -1;
    compute();
    emit taskChanged();
    emit choicesChanged();
    emit openChanged();
}

LogScale EstimateController::contextScale() const
{
    const std::uint64_t trained = model() ? model()->memory->shape().trainingContext : 0;
    const int most = trained == 0 ? kUnknownContext : int(std::min<std::uint64_t>(trained, kLongestContext));
    return {.low = std::min(kContextStep, most), .high = most, .step = kContextStep};
}

int EstimateController::context() const
{
    const LogScale scale = contextScale();
    return std::clamp(m_choices.context > 0 ? m_choices.context : generate::defaultContext(scale.high), 1, scale.high);
}

void EstimateController::setContext(int context) { change(m_choices.context, std::clamp(context, 1, mostContext())); }
void EstimateController::setBatch(int batch) { change(m_choices.batch, std::clamp(batch, kBatch.low, kBatch.high)); }
double EstimateController::batchPosition() const { return kBatch.positionOf(m_choices.batch); }
void EstimateController::setBatchPosition(double position) { setBatch(kBatch.valueAt(position)); }
int EstimateController::mostBatch() const { return kBatch.high; }
void EstimateController::setUsers(int users) { change(m_choices.users, std::clamp(users, kUsers.low, kUsers.high)); }
double EstimateController::usersPosition() const { return kUsers.positionOf(m_choices.users); }
void EstimateController::setUsersPosition(double position) { setUsers(kUsers.valueAt(position)); }
int EstimateController::mostUsers() const { return kUsers.high; }

QStringList EstimateController::cacheTypes() const { return {tr("32 bits (F32)"), tr("16 bits (F16)"), tr("8 bits (Q8_0)")}; } // as kCaches

int EstimateController::cacheType() const { return int(std::ranges::find(kCaches, m_choices.cache) - kCaches.begin()); }

void EstimateController::setCacheType(int type)
{
    if (type >= 0 && type < int(kCaches.size())) change(m_choices.cache, kCaches[std::size_t(type)]);
}

QStringList EstimateController::cards() const
{
    QStringList names{tr("None")};
    for (std::size_t i = 1; i < kCards.size(); ++i) names.append(tr("%1 GiB").arg(kCards[i]));
    return names;
}

int EstimateController::card() const { return int(std::ranges::find(kCards, m_choices.card / kGiB) - kCards.begin()); }

void EstimateController::setCard(int card)
{
    if (card >= 0 && card < int(kCards.size())) change(m_choices.card, kCards[std::size_t(card)] * kGiB);
}

void EstimateController::setGpuLayers(int layers) { change(m_choices.gpuLayers, std::clamp(layers, 0, mostGpuLayers())); }
void EstimateController::setGpuLayersAuto(bool automatic) { change(m_choices.gpuLayers, automatic ? -1 : gpuLayers()); }
int EstimateController::mostGpuLayers() const { return model() ? model()->memory->placeableLayers() : 0; }

void EstimateController::setMethod(int method) { change(m_choices.training.method, method); }
void EstimateController::setRecipe(int recipe) { change(m_choices.training.recipe, recipe); }
void EstimateController::setRecompute(int recompute) { change(m_choices.training.recompute, recompute); }
void EstimateController::setFlashAttention(bool on) { change(m_choices.training.flashAttention, on); }
void EstimateController::setSequence(int tokens) { change(m_choices.training.sequence, std::clamp(tokens, 1, kSequence.high)); }
double EstimateController::sequencePosition() const { return kSequence.positionOf(sequence()); }
void EstimateController::setSequencePosition(double position) { setSequence(kSequence.valueAt(position)); }
int EstimateController::mostSequence() const { return kSequence.high; }
void EstimateController::setTrainBatch(int sequences) { change(m_choices.training.batch, std::clamp(sequences, kTrainBatch.low, kTrainBatch.high)); }
double EstimateController::trainBatchPosition() const { return kTrainBatch.positionOf(trainBatch()); }
void EstimateController::setTrainBatchPosition(double position) { setTrainBatch(kTrainBatch.valueAt(position)); }
int EstimateController::mostTrainBatch() const { return kTrainBatch.high; }
void EstimateController::setRank(int rank) { change(m_choices.training.rank, std::clamp(rank, kRank.low, kRank.high)); }
double EstimateController::rankPosition() const { return kRank.positionOf(rank()); }
void EstimateController::setRankPosition(double position) { setRank(kRank.valueAt(position)); }
int EstimateController::mostRank() const { return kRank.high; }
void EstimateController::setLoraTarget(int target) { change(m_choices.training.targets, target); }

// ── what comes of it ──

void EstimateController::refresh()
{
    m_machine = m_reader.machine();
    compute();
}

void EstimateController::compute()
{
    m_problem.clear();
    m_account.reset();
    m_allParts.clear();
    m_fittingContext = 0;
    memory::ModelMemory* memory = memoryInUse();
    if (m_source == Parameters) {
        const auto type = memory::bytesPerParameter(m_choices.type);
        m_rules = memory::rulesOfThumb(m_choices.parameters, type ? type->bytes : 0);
    } else {
        m_rules = memory::rulesOfThumb(memory ? memory->shape().weightBytes : 0);
    }
    if (m_source != Parameters && !memory) endBars(0);
    else if (m_task == Training) computeTraining();
    else if (memory) computeInference();
    else computeByRule();
    computeTable();
    showParts();
    emit resultChanged();
}

memory::Situation EstimateController::situation(int context) const
{
    memory::Situation s;
    s.context = context;
    s.batch = m_choices.batch;
    s.key = s.value = m_choices.cache;
    s.users = m_task == Deployment ? m_choices.users : 1;
    s.host = {.name = "CPU", .capacity = m_machine.total, .free = m_machine.available};
    if (m_choices.card > 0) s.gpus.push_back({.name = "GPU", .capacity = m_choices.card, .free = m_choices.card});
    s.gpuLayers = m_choices.gpuLayers;
    return s;
}

void EstimateController::computeInference()
{
    const memory::Situation s = situation(context());
    auto account = memoryInUse()->account(s);
    if (!account) {
        m_problem = sentenceFor(account.error(), {});
        return endBars(0);
    }
    m_account = std::move(*account);
    for (std::size_t device = 0; device < m_account->devices.size(); ++device) {
        const memory::DeviceAccount& d = m_account->devices[device];
        EstimateBar::Content content = barOf(d);
        content.name = device == 0 ? tr("Main memory") : tr("Graphics card");
        if (m_account->devices.size() > 1) content.note = tr("%1 of %2 layers").arg(d.layers).arg(mostGpuLayers());
        content.reserve = device == 0 ? 0 : s.gpuReserve;
        for (const memory::Part& part : d.parts) {
            if (part.bytes > 0) m_allParts.push_back({int(device), kindOf(part.group), part});
        }
        showBar(device, std::move(content));
    }
    endBars(m_account->devices.size());
    m_fittingContext = largestFittingContext();
}

// The largest context of whole steps that no device is too small for; the bars are those of the present one.
int EstimateController::largestFittingContext() const
{
    if (m_machine.total == 0) return 0;
    const auto fitsAt = [&](int context) {
        const memory::Situation s = situation(context);
        const auto account = memoryInUse()->account(s);
        if (!account) return false;
        return std::ranges::all_of(account->devices, [&](const memory::DeviceAccount& d) {
            const bool host = &d == &account->devices.front();
            return memory::sum({d.total(), host ? 0 : s.gpuReserve}) <= d.device.free;
        });
    };
    const int most = mostContext();
    if (fitsAt(most)) return most;
    int fine = 0, tooLarge = (most + kContextStep - 1) / kContextStep; // in steps
    while (tooLarge - fine > 1) {
        const int middle = (fine + tooLarge) / 2;
        (fitsAt(middle * kContextStep) ? fine : tooLarge) = middle;
    }
    return fine * kContextStep;
}

memory::ModelShape EstimateController::shapeToTrain() const
{
    return model() ? model()->memory->shape() : memory::shapeOfParameters(m_choices.parameters);
}

QString EstimateController::trainingDevice() const { return m_choices.card > 0 ? tr("Graphics card") : tr("Main memory"); }

void EstimateController::computeTraining()
{
    const memory::TrainingMemory training = memory::trainingMemory(shapeToTrain(), m_choices.training);
    EstimateBar::Content content;
    content.name = trainingDevice();
    content.capacity = m_choices.card > 0 ? m_choices.card : m_machine.total;
    content.free = m_choices.card > 0 ? m_choices.card : m_machine.available;
    for (const memory::Quantity& part : training.parts()) {
        const int kind = kindOfTraining(part);
        content.segments.append(rowOf(part, kind));
        m_allParts.push_back({0, kind, part});
    }
    showBar(0, std::move(content));
    endBars(1);
}

// Nothing is known but a number of parameters.
void EstimateController::computeByRule()
{
    memory::Quantity weights = m_rules.inference;
    weights.id = "weights";
    EstimateBar::Content content;
    content.name = tr("Main memory");
    content.capacity = m_machine.total;
    content.free = m_machine.available;
    content.segments.append(rowOf(weights, EstimateBar::Weights));
    m_allParts.push_back({0, EstimateBar::Weights, weights});
    if (m_task == Deployment) {
        memory::Quantity more = m_rules.deployment;
        more.id = "rules.overhead";
        more.bytes -= std::min(more.bytes, m_rules.inference.bytes);
        content.segments.append(rowOf(more, EstimateBar::Overhead));
        m_allParts.push_back({0, EstimateBar::Overhead, more});
    }
    showBar(0, std::move(content));
    endBars(1);
}

void EstimateController::showBar(std::size_t number, EstimateBar::Content content)
{
    while (m_bars.size() <= qsizetype(number)) {
        m_bars.append(new EstimateBar(this));
        emit barsChanged();
    }
    m_bars[qsizetype(number)]->show(content);
}

void EstimateController::endBars(std::size_t count)
{
    if (m_bars.size() <= qsizetype(count)) return;
    while (m_bars.size() > qsizetype(count)) m_bars.takeLast()->deleteLater();
    emit barsChanged();
}

std::uint64_t EstimateController::total() const
{
    std::uint64_t bytes = 0;
    for (const EstimateBar* bar : m_bars) bytes = memory::sum({bytes, bar->total()});
    return limited(bytes);
}

QString EstimateController::totalText() const
{
    const bool ruleOnly = m_source == Parameters && m_task != Training;
    return m_bars.isEmpty() || ruleOnly ? QString() : sizeText(qint64(total()));
}

QString EstimateController::totalDetail() const { return totalText().isEmpty() ? QString() : sizeDetail(qint64(total())); }

static const memory::Quantity& ruleOf(const memory::Rules& rules, EstimateController::Task task)
{
    return task == EstimateController::Training ? rules.training : task == EstimateController::Deployment ? rules.deployment : rules.inference;
}

QString EstimateController::ruleText() const { return sizeText(qint64(limited(ruleOf(m_rules, m_task).bytes))); }
QString EstimateController::ruleDetail() const { return sizeDetail(qint64(limited(ruleOf(m_rules, m_task).bytes))); }
QString EstimateController::ruleFormula() const { return textOf(ruleOf(m_rules, m_task).formula); }
QStringList EstimateController::ruleAssumptions() const { return assumptionsOf(ruleOf(m_rules, m_task)); }

bool EstimateController::fits() const { return std::ranges::none_of(m_bars, &EstimateBar::over); }

QString EstimateController::verdict() const
{
    if (m_bars.isEmpty() || m_bars.front()->content().capacity == 0) return {};
    if (fits()) return m_bars.size() == 1 ? tr("Fits: %1 stay free.").arg(sizeText(qint64(m_bars.front()->left()))) : tr("Fits.");
    QStringList sentences;
    for (const EstimateBar* bar : m_bars) {
        if (bar->over()) sentences.append(tr("Does not fit in the %1.", "device").arg(bar->name().toLower()));
    }
    return sentences.join(u' ');
}

void EstimateController::open(int bar, int kind)
{
    const bool again = bar == m_openBar && kind == m_openKind;
    m_openBar = again ? -1 : bar;
    m_openKind = again ? -1 : kind;
    showParts();
    emit openChanged();
}

void EstimateController::showParts()
{
    QList<QuantityRow> rows;
    for (const Part& part : m_allParts) {
        if (part.bar == m_openBar && part.kind == m_openKind) rows.append(rowOf(part.quantity, part.kind));
    }
    m_parts.show(rows, 1);
}

QString EstimateController::openTitle() const { return titleOfKind(m_openKind); }

// ── the table ──

std::uint64_t EstimateController::available() const
{
    if (m_machine.total == 0) return 0;
    if (m_task == Training) return m_choices.card > 0 ? m_choices.card : m_machine.available;
    const memory::Situation s = situation(0);
    return m_machine.available + (m_choices.card > s.gpuReserve ? m_choices.card - s.gpuReserve : 0);
}

void EstimateController::computeTable()
{
    if (m_task == Training) m_table.show(m_source == Parameters || model() ? trainingRows() : QList<FitRow>(), available());
    else m_table.show(m_source == Parameters ? thoughtRows() : quantizationRows(), available());
}

QList<FitRow> EstimateController::thoughtRows() const
{
    QList<FitRow> rows;
    for (const ThoughtType& type : thoughtTypes()) {
        const memory::Rules rules = memory::rulesOfThumb(m_choices.parameters, type.bytes);
        FitRow& row = rows.emplaceBack();
        row.id = row.name = QString::fromStdString(type.name);
        row.group = groupTitle(bitsInName(type.name));
        row.detail = bitsText(type.bytes * 8);
        row.weights = limited(rules.inference.bytes);
        row.need = limited(m_task == Deployment ? rules.deployment.bytes : rules.inference.bytes);
        row.current = type.name == m_choices.type;
    }
    return rows;
}

QList<FitRow> EstimateController::quantizationRows() const
{
    QList<FitRow> rows;
    if (!model() || !m_account) return rows;
    // A tied output matrix on a card is there twice, whatever its type: it counts as the rest.
    const std::uint64_t rest = m_account->total() - std::min(m_account->total(), memoryInUse()->shape().weightBytes);
    for (const TargetRow& target : model()->targets) {
        const bool unchanged = target.name == kUnchanged;
        FitRow& row = rows.emplaceBack();
        row.id = target.name;
        row.name = unchanged ? QString::fromStdString(model()->source->type) : target.name;
        row.group = groupTitle(target.bits);
        row.detail = bitsText(target.bitsPerWeight);
        row.weights = target.bytes;
        row.need = limited(memory::sum({rest, target.bytes}));
        row.problem = target.problem;
        row.current = model()->chosen.isEmpty() ? unchanged : target.name == model()->chosen;
    }
    return rows;
}

QList<FitRow> EstimateController::trainingRows() const
{
    using enum memory::TrainingMethod;
    using enum memory::Recipe;
    constexpr std::pair<memory::TrainingMethod, memory::Recipe> kWays[] = {{Full, AdamWF32}, {Full, AdamWMixed}, {Full, Adam8bit},   {Full, Sgd},       {Full, AdamWBf16},
                                                                           {Full, Adafactor}, {Lora, AdamWMixed}, {Lora, Adam8bit}, {Qlora, AdamWMixed}, {Qlora, Adam8bit}};
    const memory::ModelShape shape = shapeToTrain();
    QList<FitRow> rows;
    for (const auto& [method, recipe] : kWays) {
        memory::TrainingOptions options = m_choices.training;
        options.method = method;
        options.recipe = recipe;
        FitRow& row = rows.emplaceBack();
        row.id = QStringLiteral("%1:%2").arg(int(method)).arg(int(recipe));
        row.name = recipeNames()[int(recipe)];
        row.group = methodNames()[int(method)];
        row.need = limited(memory::trainingMemory(shape, options).total());
        row.current = method == m_choices.training.method && recipe == m_choices.training.recipe;
    }
    return rows;
}

void EstimateController::choose(int row)
{
    if (row < 0 || row >= m_table.count()) return;
    const FitRow chosen = m_table.rows()[row];
    if (m_task == Training) {
        const auto parts = chosen.id.split(u':');
        m_choices.training.method = memory::TrainingMethod(parts.value(0).toInt());
        m_choices.training.recipe = memory::Recipe(parts.value(1).toInt());
        return changed();
    }
    if (m_source == Parameters) return setType(int(types().indexOf(chosen.id)));
    if (!model() || !chosen.problem.isEmpty()) return;
    const quint64 choosing = ++m_choosing, generation = m_generations[m_source];
    const Source source = m_source;
    const auto show = [this, source](const QString& target, std::unique_ptr<memory::ModelMemory> other) {
        m_models[source]->chosen = target;
        m_models[source]->other = std::move(other);
        changed();
    };
    if (chosen.id == kUnchanged) return show({}, nullptr);
    m_worker.start([this, source, show, choosing, generation, target = chosen.id, model = model()->source] {
        const auto plan = planFor(*model, target.toStdString(), {.allowRequantize = true});
        auto header = plan ? plannedHeader(*model->source, *plan) : std::unexpected(plan.error());
        auto other = header ? std::make_shared<memory::ModelMemory>(*header) : nullptr;
        QMetaObject::invokeMethod(this, [this, source, show, choosing, generation, target, other] {
            if (choosing != m_choosing || generation != m_generations[source] || !m_models[source] || !other) return;
            show(target, std::make_unique<memory::ModelMemory>(std::move(*other)));
        }, Qt::QueuedConnection);
    });
}

// ── as text ──

QString EstimateController::asText() const
{
    const QLocale locale;
    QStringList lines{name()};
    if (!facts().isEmpty()) lines.append(facts());
    if (m_task == Training) {
        lines.append(tr("Training: %1, %2, %3 tokens × %4").arg(methods()[method()], recipes()[recipe()], locale.toString(sequence()), locale.toString(trainBatch())));
    } else if (m_account) {
        lines.append(tr("Context %1, batch %2, cache %3").arg(locale.toString(context()), locale.toString(batch()), cacheTypes()[cacheType()]));
        if (m_task == Deployment) lines.append(tr("%n user(s), each with a context of its own", nullptr, users()));
        if (m_choices.card > 0) lines.append(tr("%1 of %2 layers on a graphics card of %3").arg(gpuLayers()).arg(mostGpuLayers()).arg(cards()[card()]));
    }
    lines.append({QString(), tr("Rule of thumb: %1 = %2").arg(sizes(limited(ruleOf(m_rules, m_task).bytes)), ruleFormula())});
    if (!totalText().isEmpty()) lines.append(tr("In detail: %1").arg(sizes(total())));
    for (int number = 0; number < m_bars.size(); ++number) {
        const EstimateBar& bar = *m_bars[number];
        lines.append({QString(), QStringList({bar.name(), bar.capacityText(), bar.note()}).filter(QRegularExpression(QStringLiteral("."))).join(QStringLiteral(", "))});
        for (const Part& part : m_allParts) {
            if (part.bar == number) lines.append(tr("  %1: %2 = %3", "name, size, formula").arg(nameOf(part.quantity), sizes(limited(part.quantity.bytes)), textOf(part.quantity.formula)));
        }
        lines.append(tr("  Together: %1").arg(sizes(limited(bar.total()))));
    }
    if (!verdict().isEmpty()) lines.append({QString(), verdict()});
    if (m_table.count() > 0) lines.append(QString());
    for (int row = 0; row < m_table.count(); ++row) {
        const QModelIndex index = m_table.index(row);
        const auto cell = [&](FitListModel::Role role) { return m_table.data(index, role).toString(); };
        QStringList cells{cell(FitListModel::NameRole), cell(FitListModel::NeedTextRole), cell(FitListModel::VerdictRole)};
        cells.removeAll(QString());
        lines.append(cells.join(QStringLiteral(" · ")));
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace corral::app
