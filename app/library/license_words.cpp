#include "app/library/license_words.h"

#include <QCoreApplication>

namespace corral::app {

namespace {

class LicenseWords {
    Q_DECLARE_TR_FUNCTIONS(LicenseWords)
};

enum class Kind { Free, ShareAlike, NotCommercial, Conditions };

struct License {
    const char* id;
    const char* name;
    Kind kind;
};
constexpr License kLicenses[] = {
    {"apache-2.0", "Apache License 2.0", Kind::Free},
    {"mit", "MIT License", Kind::Free},
    {"bsd-3-clause", "BSD 3-Clause License", Kind::Free},
    {"bsd-2-clause", "BSD 2-Clause License", Kind::Free},
    {"cc0-1.0", "CC0 1.0", Kind::Free},
    {"unlicense", "The Unlicense", Kind::Free},
    {"cc-by-4.0", "CC BY 4.0", Kind::Free},
    {"cc-by-sa-4.0", "CC BY-SA 4.0", Kind::ShareAlike},
    {"gpl-3.0", "GNU GPL 3.0", Kind::ShareAlike},
    {"agpl-3.0", "GNU AGPL 3.0", Kind::ShareAlike},
    {"cc-by-nc-4.0", "CC BY-NC 4.0", Kind::NotCommercial},
    {"cc-by-nc-sa-4.0", "CC BY-NC-SA 4.0", Kind::NotCommercial},
    {"cc-by-nc-nd-4.0", "CC BY-NC-ND 4.0", Kind::NotCommercial},
    {"llama2", "Llama 2 Community License", Kind::Conditions},
    {"llama3", "Llama 3 Community License", Kind::Conditions},
    {"llama3.1", "Llama 3.1 Community License", Kind::Conditions},
    {"llama3.2", "Llama 3.2 Community License", Kind::Conditions},
    {"llama3.3", "Llama 3.3 Community License", Kind::Conditions},
    {"llama4", "Llama 4 Community License", Kind::Conditions},
    {"gemma", "Gemma Terms of Use", Kind::Conditions},
    {"openrail", "OpenRAIL", Kind::Conditions},
    {"bigscience-openrail-m", "BigScience OpenRAIL-M", Kind::Conditions},
    {"bigcode-openrail-m", "BigCode OpenRAIL-M", Kind::Conditions},
};

const License* findLicense(const QString& id)
{
    for (const License& license : kLicenses)
        if (id.compare(QLatin1String(license.id), Qt::CaseInsensitive) == 0) return &license;
    return nullptr;
}

} // namespace

QString licenseName(const QString& id)
{
    const License* license = findLicense(id);
    return license ? QString::fromLatin1(license->name) : id;
}

QString licenseMeaning(const QString& id)
{
    const License* license = findLicense(id);
    if (!license) return {};
    switch (license->kind) {
    case Kind::Free: return LicenseWords::tr("May be used, changed and passed on, also commercially.");
    case Kind::ShareAlike: return LicenseWords::tr("May be used, changed and passed on under the same licence.");
    case Kind::NotCommercial: return LicenseWords::tr("Not for commercial use.");
    case Kind::Conditions: return LicenseWords::tr("May be used under its maker's conditions.");
    }
    return {};
}

} // namespace corral::app
