#include "core/hub/source.h"

#include "core/hub/names.h"

#include <QStringList>
#include <QUrlQuery>

namespace corral::hub {

namespace {

std::unexpected<Error> wrong(const QString& what) { return fail(ErrorCode::InvalidArgument, "{}", what.toStdString()); }

QString shown(const QString& text) { return u'"' + plainLine(text, 100) + u'"'; }

std::optional<Service> serviceOfHost(const QString& host)
{
    const QString name = host.startsWith(QStringLiteral("www.")) ? host.mid(4) : host;
    if (name == u"huggingface.co" || name == u"hf.co" || name == u"hf-mirror.com") return Service::HuggingFace;
    if (name == u"modelscope.cn" || name == u"modelscope.ai") return Service::ModelScope;
    return {};
}

Result<Source> checked(Source source)
{
    if (!isRepositoryName(source.repository->name)) return wrong(shown(source.repository->name) + QStringLiteral(" is not the name of a repository (OWNER/NAME)"));
    if (!source.repository->revision.isEmpty() && !isRevision(source.repository->revision))
        return wrong(shown(source.repository->revision) + QStringLiteral(" is not the name of a revision"));
    if (!source.quantization.isEmpty() && !isQuantization(source.quantization)) return wrong(shown(source.quantization) + QStringLiteral(" is not the name of a quantization"));
    if (!source.file.isEmpty() && !isFilePath(source.file)) return wrong(shown(source.file) + QStringLiteral(" is not a file's path in a repository"));
    source.quantization = source.quantization.toUpper();
    return source;
}

// "OWNER/NAME[@REVISION][:TAG | /PATH]"
Result<Source> parseName(Service service, const QString& text)
{
    Source source;
    const qsizetype slash = text.indexOf(u'/');
    if (slash < 0) return wrong(shown(text) + QStringLiteral(" is not the name of a repository (OWNER/NAME)"));
    const qsizetype next = text.indexOf(u'/', slash + 1), colon = text.indexOf(u':');
    const bool tagged = colon >= 0 && (next < 0 || colon < next);
    const qsizetype end = tagged ? colon : next < 0 ? text.size() : next;
    const QString name = text.left(end);
    source.repository = RepositoryId{service, name.section(u'@', 0, 0), name.section(u'@', 1)};
    if (name.endsWith(u'@')) return wrong(QStringLiteral("a revision is missing after @"));
    if (tagged) {
        source.quantization = text.mid(end + 1);
        if (source.quantization.isEmpty()) return wrong(QStringLiteral("the name of a quantization is missing after the colon"));
    } else if (end + 1 < text.size()) {
        source.file = text.mid(end + 1);
    }
    return checked(source);
}

// The part of a web page's path that stands for a repository, its revision and a file in it.
Result<Source> parsePage(Service service, const QUrl& url)
{
    QStringList parts = url.path(QUrl::FullyDecoded).split(u'/', Qt::SkipEmptyParts);
    Source source;
    if (service == Service::ModelScope) {
        const bool api = parts.size() >= 2 && parts[0] == u"api";
        if (api) parts.remove(0, 2); // "api", "v1"
        if (parts.value(0) != u"models") return wrong(QStringLiteral("this page of ModelScope is not a model's"));
        parts.removeFirst();
        if (api && parts.value(2) == u"repo") { // the address that files are fetched from
            const QUrlQuery query(url);
            source.repository = RepositoryId{service, parts.value(0) + u'/' + parts.value(1), query.queryItemValue(QStringLiteral("Revision"), QUrl::FullyDecoded)};
            source.file = query.queryItemValue(QStringLiteral("FilePath"), QUrl::FullyDecoded);
            return checked(source);
        }
    }
    source.repository = RepositoryId{service, parts.value(0) + u'/' + parts.value(1).section(u':', 0, 0), {}};
    source.quantization = parts.value(1).section(u':', 1);
    parts.remove(0, std::min<qsizetype>(2, parts.size()));
    if (service == Service::ModelScope && parts.value(0) == u"file" && parts.value(1) == u"view") parts.removeFirst();
    const QString kind = parts.value(0);
    const bool inside = kind == u"resolve" || kind == u"blob" || kind == u"raw" || kind == u"tree" || kind == u"view";
    if (inside && parts.size() >= 2) {
        source.repository->revision = parts[1];
        if (kind != u"tree") source.file = parts.sliced(2).join(u'/');
    }
    return checked(source);
}

} // namespace

Result<Source> parseSource(const QString& typed)
{
    const QString text = typed.trimmed();
    if (text.isEmpty()) return wrong(QStringLiteral("no model is named"));
    constexpr qsizetype kMost = 8192;
    if (text.size() > kMost) return wrong(QStringLiteral("the address is too long"));
    for (const auto& [prefix, service] : {std::pair{QStringLiteral("hf:"), Service::HuggingFace}, {QStringLiteral("huggingface:"), Service::HuggingFace},
                                          {QStringLiteral("ms:"), Service::ModelScope}, {QStringLiteral("modelscope:"), Service::ModelScope}}) {
        if (text.startsWith(prefix, Qt::CaseInsensitive)) return parseName(service, text.mid(prefix.size()));
    }
    QUrl url(text, QUrl::StrictMode);
    if (!text.contains(QStringLiteral("://"))) { // "hf.co/OWNER/NAME:Q4_K_M", as other programs write it
        const qsizetype slash = text.indexOf(u'/');
        if (slash > 0 && serviceOfHost(text.left(slash).toLower())) url = QUrl(QStringLiteral("https://") + text, QUrl::StrictMode);
    }
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != u"https" && url.scheme() != u"http"))
        return wrong(shown(text) + QStringLiteral(" is neither hf:OWNER/NAME nor ms:OWNER/NAME nor a web address"));
    if (const auto service = serviceOfHost(url.host().toLower())) return parsePage(*service, url);
    if (url.fileName().isEmpty()) return wrong(QStringLiteral("the address names no file"));
    Source source;
    source.url = url;
    return source;
}

QString toString(const RepositoryId& repository)
{
    return (repository.service == Service::HuggingFace ? QStringLiteral("hf:") : QStringLiteral("ms:")) + repository.name +
           (repository.revision.isEmpty() ? QString() : u'@' + repository.revision);
}

} // namespace corral::hub
