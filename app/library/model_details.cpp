#include "app/library/model_details.h"

#include "app/library/library_model.h"
#include "app/library/license_words.h"
#include "app/library/template_example.h"
#include "app/library/value_text.h"
#include "app/shelf/known_sums.h"
#include "app/text/sentences.h"

#include <QLocale>
#include <QUrl>

namespace corral::app {

namespace {

QString text(const std::string& string) { return QString::fromStdString(string); }

class Overview {
public:
    explicit Overview(const gguf::Keys* keys) : m_keys(keys) {}

    void row(const QString& label, const QString& value, const QString& link = {})
    {
        if (!value.isEmpty()) m_rows.append(QVariantMap{{QStringLiteral("label"), label}, {QStringLiteral("value"), value}, {QStringLiteral("link"), link}});
    }
    const gguf::Value* find(const std::string& key) const
    {
        return m_keys ? gguf::findKey(*m_keys, key) : nullptr;
    }
    QString string(const std::string& key) const
    {
        constexpr int kMost = 300; // characters
        const gguf::Value* value = find(key);
        return value ? valueText(*value, kMost).simplified() : QString();
    }
    // Of a key that may hold one number a layer: the common one, or the extremes.
    QString number(const std::string& key) const
    {
        const gguf::Value* value = find(key);
        const auto numbers = value ? value->asInts() : std::nullopt;
        if (!numbers || numbers->empty()) return {};
        const auto [least, most] = std::ranges::minmax(*numbers);
        return least == most ? QLocale().toString(qlonglong(least)) : QStringLiteral("%1 … %2").arg(QLocale().toString(qlonglong(least)), QLocale().toString(qlonglong(most)));
    }
    const QVariantList& rows() const { return m_rows; }

private:
    const gguf::Keys* m_keys;
    QVariantList m_rows;
};

// Only what a browser should be given.
QString webAddress(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    return url.isValid() && (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http")) && !url.host().isEmpty() ? url.toString() : QString();
}

} // namespace

struct ModelDetails::Read {
    Result<SourceModel> source = fail(ErrorCode::NotFound, "not read");
    TemplateExample example;
    QString cameFrom;
};

ModelDetails::ModelDetails(LibraryModel& library, const LibraryIndex& index, const Workshop& workshop, QObject* parent)
    : QObject(parent), m_library(library), m_index(index), m_workshop(workshop), m_tensors(workshop)
{
    m_worker.setMaxThreadCount(1);
    connect(&library, &LibraryModel::selectedChanged, this, [this] { show(m_library.selected()); });
    connect(&index, &LibraryIndex::modelsChanged, this, [this] {
        const auto model = m_index.find(m_path);
        if (!model || !m_model || model->files != m_model->files || model->missing != m_model->missing) return show(m_library.selected());
        m_model = model;
        emit changed();
    });
}

ModelDetails::~ModelDetails()
{
    m_worker.clear();
    m_worker.waitForDone();
}

void ModelDetails::show(const QString& path)
{
    const auto model = m_index.find(path);
    if (path == m_path && !model && !m_model) return;
    const quint64 generation = ++m_generation;
    m_path = model ? path : QString();
    m_model = model;
    m_source.reset();
    m_metadata.setKeys(nullptr, nullptr);
    m_metadata.setSearch({});
    m_tensors.setModel(nullptr);
    m_cameFrom.clear();
    m_template.clear();
    m_example.clear();
    m_exampleProblem.clear();
    m_errorText.clear();
    m_state = model ? Reading : None;
    emit changed();
    if (!model) return;
    m_worker.clear();
    m_worker.start([this, generation, model, open = m_workshop.open, sumsFile = m_index.options().sumsFile.toStdString()] {
        auto read = std::make_shared<Read>();
        const auto sums = shelf::KnownSums::load(sumsFile);
        if (const shelf::KnownSum* known = sums.find(model->files.front())) read->cameFrom = text(known->source);
        read->source = open(model->path());
        if (read->source) read->example = exampleOf(read->source->source->keys());
        QMetaObject::invokeMethod(this, [this, generation, read] {
            if (generation == m_generation) take(*read);
        });
    });
}

void ModelDetails::take(const Read& read)
{
    m_cameFrom = read.cameFrom;
    if (!read.source) {
        m_errorText = sentenceFor(read.source.error(), text(m_model->fileName()));
        m_state = Failed;
    } else {
        m_source = std::make_shared<const SourceModel>(*read.source);
        m_metadata.setKeys(m_source, &m_source->source->keys());
        m_tensors.setModel(m_source);
        m_template = read.example.source;
        m_example = read.example.text;
        m_exampleProblem = read.example.problem;
        m_state = Ready;
    }
    emit changed();
}

QString ModelDetails::rowText(const char* role) const
{
    const int row = m_library.rowOf(m_path);
    return row < 0 ? QString() : m_library.data(m_library.index(row), m_library.roleNames().key(role)).toString();
}

QString ModelDetails::title() const { return m_model ? text(m_model->title()) : QString(); }

QString ModelDetails::subtitle() const
{
    if (!m_model) return {};
    QStringList parts;
    if (m_model->facts) parts << text(m_model->facts->architecture) << parametersText(m_model->facts->parameters);
    parts << text(m_model->quantization()) << sizeText(qint64(m_model->bytes()));
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QStringList ModelDetails::missing() const
{
    QStringList names;
    for (const std::string& name : m_model ? m_model->missing : std::vector<std::string>()) names.append(text(name));
    return names;
}

QVariantList ModelDetails::files() const
{
    QVariantList rows;
    for (const shelf::File& file : m_model ? m_model->files : std::vector<shelf::File>()) {
        rows.append(QVariantMap{{QStringLiteral("name"), text(file.path.filename().string())},
                                {QStringLiteral("sizeText"), sizeText(qint64(file.bytes))},
                                {QStringLiteral("path"), text(file.path.string())}});
    }
    return rows;
}

QVariantList ModelDetails::overview() const
{
    if (!m_model) return {};
    const shelf::Facts facts = m_model->facts.value_or(shelf::Facts());
    Overview rows(m_source ? &m_source->source->keys() : nullptr);
    const std::string arch = facts.architecture;
    const QLocale locale;
    const auto tokens = [&](qint64 count) { return count > 0 ? tr("%L1 tokens").arg(count) : QString(); };

    rows.row(tr("Description"), rows.string("general.description"));
    rows.row(tr("Made by"), rows.string("general.organization").isEmpty() ? rows.string("general.author") : rows.string("general.organization"));
    const QString license = text(facts.license);
    const QString ownName = rows.string("general.license.name"); // of licences that have no id of their own
    rows.row(tr("Licence"), !ownName.isEmpty() ? ownName : licenseName(license), webAddress(rows.string("general.license.link")));
    rows.row({}, licenseMeaning(license));
    rows.row(tr("Architecture"), text(arch));
    rows.row(tr("Parameters"), facts.parameters > 0 ? tr("%1 (%2)", "1.5 billion (1,543,714,304)").arg(parametersText(facts.parameters), locale.toString(qulonglong(facts.parameters))) : QString());
    rows.row(tr("Quantization"), text(m_model->quantization()));
    constexpr double kBitsOfByte = 8;
    if (facts.parameters > 0) rows.row(tr("Bits per weight"), locale.toString(kBitsOfByte * double(m_model->bytes()) / double(facts.parameters), 'f', 2));
    rows.row(tr("Size"), tr("%1 (%2)", "986 MB (940 MiB)").arg(sizeText(qint64(m_model->bytes())), sizeDetail(qint64(m_model->bytes()))));
    rows.row(tr("Context length"), tokens(facts.trainingContext));
    rows.row(tr("Layers"), facts.layers > 0 ? locale.toString(facts.layers) : QString());
    rows.row(tr("Width"), rows.number(arch + ".embedding_length"));
    const QString heads = rows.number(arch + ".attention.head_count"), cached = rows.number(arch + ".attention.head_count_kv");
    rows.row(tr("Attention heads"), cached.isEmpty() || cached == heads ? heads : tr("%1, %2 of keys and values").arg(heads, cached));
    rows.row(tr("Feed-forward width"), rows.number(arch + ".feed_forward_length"));
    const QString experts = rows.number(arch + ".expert_count"), used = rows.number(arch + ".expert_used_count");
    if (!experts.isEmpty() && experts != QLatin1String("0")) rows.row(tr("Experts"), used.isEmpty() ? experts : tr("%1, %2 for each token").arg(experts, used));
    rows.row(tr("Sliding window"), rows.number(arch + ".attention.sliding_window"));
    if (const gguf::Value* vocabulary = rows.find("tokenizer.ggml.tokens")) {
        rows.row(tr("Vocabulary"), tr("%L1 tokens (%2)", "size of the vocabulary, kind of tokenizer").arg(qulonglong(vocabulary->arraySize())).arg(rows.string("tokenizer.ggml.model")));
    }
    rows.row(tr("Languages"), rows.string("general.languages"));
    const QString base = rows.string("general.base_model.0.name");
    rows.row(tr("Made from"), base, webAddress(rows.string("general.base_model.0.repo_url")));
    const QString source = webAddress(rows.string("general.source.url")), page = webAddress(rows.string("general.url"));
    rows.row(tr("Web page"), page.isEmpty() ? source : page, page.isEmpty() ? source : page);
    rows.row(tr("Downloaded from"), m_cameFrom);
    rows.row(tr("Belongs to"), m_model->own ? QString() : origin());
    rows.row(tr("Folder"), text(m_model->path().parent_path().string()));
    return rows.rows();
}

} // namespace corral::app
