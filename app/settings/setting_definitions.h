#pragma once
// Every setting once: its key (the starter manifest's and the store's), its flag on the command line, its range, its words, and
// where it goes. The sheet's rows, the checks, the command line and the engine's parameters all come from this table.
#include "core/sample/sampler.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <variant>

namespace corral::app {

struct SettingDefinition {
    enum class Kind { Text, Line, Real, Integer, Choice, Switch, Layers }; // Layers: "auto", "all" or a number
    using Parameter = std::variant<std::monostate, float sample::Params::*, int sample::Params::*, bool sample::Params::*>;

    QString key;
    Kind kind = Kind::Real;
    QString flag;
    QString group, label, help; // translated
    QVariant builtIn;
    double minimum = 0, maximum = 0, step = 0;
    QStringList choices;  // translated
    QVariantList values;  // what they stand for
    bool reloads = false; // takes effect when the model is loaded again
    Parameter parameter;  // the sampler's field this sets, where there is one

    // The value in the definition's type and range; invalid if it cannot be that.
    QVariant accept(const QVariant& value) const;
};

QList<SettingDefinition> settingDefinitions();

} // namespace corral::app
