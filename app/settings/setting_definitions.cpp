#include "app/settings/setting_definitions.h"

#include "app/devices/offload_words.h"
#include "core/base/cpu_features.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace corral::app {

using Kind = SettingDefinition::Kind;

QVariant SettingDefinition::accept(const QVariant& value) const
{
    bool ok = false;
    switch (kind) {
    case Kind::Text:
    case Kind::Line: return value.toString();
    case Kind::Switch: return value.toBool();
    case Kind::Choice:
        for (const QVariant& candidate : values) {
            if (candidate.toString() == value.toString()) return candidate;
        }
        return {};
    case Kind::Layers: {
        const auto layers = layersOf(value.toString());
        return layers ? QVariant(textOfLayers(*layers)) : QVariant();
    }
    case Kind::Integer: {
        const double number = value.toDouble(&ok);
        if (!ok || std::isnan(number)) return {};
        return qlonglong(std::llround(std::clamp(number, minimum, maximum)));
    }
    case Kind::Real: {
        const double number = value.toDouble(&ok);
        if (!ok || std::isnan(number)) return {};
        return std::clamp(number, minimum, maximum);
    }
    }
    return {};
}

namespace {

// The sampler's own default, without the digits that float adds to 0.8.
double builtInReal(float sample::Params::* field) { return QString::number(double(sample::Params{}.*field), 'g', 6).toDouble(); }

class Table {
    Q_DECLARE_TR_FUNCTIONS(SettingDefinitions)

public:
    QList<SettingDefinition> make()
    {
        m_group = tr("Conversation");
        add({.key = "system", .kind = Kind::Text, .flag = "-sys", .label = tr("System prompt"),
             .help = tr("What the model is told before the conversation begins."), .builtIn = QString()});
        add({.key = "n_predict", .kind = Kind::Integer, .flag = "-n", .label = tr("Longest answer"),
             .help = tr("Tokens an answer may have; -1 lets the model decide."), .builtIn = -1, .minimum = -1, .maximum = 1'000'000, .step = 64});

        m_group = tr("Sampling");
        real("temp", "--temp", tr("Temperature"), tr("Higher is more varied, lower more predictable; 0 always takes the likeliest word."),
             &sample::Params::temp, 0, 5, 0.05);
        integer("top_k", "--top-k", tr("Top K"), tr("Only the K likeliest tokens are considered; 0 considers all."), &sample::Params::topK, 0, 1000, 1);
        real("top_p", "--top-p", tr("Top P"), tr("Only the likeliest tokens that together reach this probability; 1 is off."),
             &sample::Params::topP, 0, 1, 0.01);
        real("min_p", "--min-p", tr("Min P"), tr("Drops tokens less likely than this share of the likeliest one; 0 is off."),
             &sample::Params::minP, 0, 1, 0.01);
        add({.key = "seed", .kind = Kind::Integer, .flag = "-s", .label = tr("Seed"),
             .help = tr("The same seed gives the same answer; -1 takes a new one each time."), .builtIn = -1, .minimum = -1,
             .maximum = double(std::numeric_limits<quint32>::max()) - 1, .step = 1});

        m_group = tr("Model");
        QStringList lengths{tr("Automatic")};
        QVariantList tokens{0};
        for (int length = 1024; length <= 262'144; length *= 2) {
            lengths.append(tr("%L1 tokens").arg(length));
            tokens.append(length);
        }
        add({.key = "ctx", .kind = Kind::Choice, .flag = "-c", .label = tr("Context length"),
             .help = tr("How much of the conversation the model can see. Longer needs more memory."), .builtIn = 0, .choices = lengths,
             .values = tokens, .reloads = true});
        add({.key = "ngl", .kind = Kind::Layers, .flag = "-ngl", .label = tr("GPU layers"),
             .help = tr("How many of the model's layers the graphics card computes. The processor computes the others."), .builtIn = kAutoLayers, .reloads = true});
        add({.key = "threads", .kind = Kind::Integer, .flag = "-t", .label = tr("Threads"),
             .help = tr("Processor cores to use; 0 uses all physical ones."), .builtIn = 0, .minimum = 0,
             .maximum = double(std::max(64, 2 * physicalCores())), .step = 1, .reloads = true});
        const QStringList cacheLabels{tr("16 bit"), tr("32 bit, exact"), tr("8 bit, half the memory")};
        const QVariantList cacheTypes{QStringLiteral("f16"), QStringLiteral("f32"), QStringLiteral("q8_0")};
        add({.key = "ctk", .kind = Kind::Choice, .flag = "-ctk", .label = tr("Key cache"), .help = tr("How precisely the keys of the conversation are kept."),
             .builtIn = cacheTypes[0], .choices = cacheLabels, .values = cacheTypes, .reloads = true});
        add({.key = "ctv", .kind = Kind::Choice, .flag = "-ctv", .label = tr("Value cache"),
             .help = tr("How precisely the values of the conversation are kept."), .builtIn = cacheTypes[0], .choices = cacheLabels,
             .values = cacheTypes, .reloads = true});

        m_group = tr("Repetition");
        real("repeat_penalty", "--repeat-penalty", tr("Repeat penalty"), tr("Makes tokens that were used lately less likely; 1 is off."),
             &sample::Params::penaltyRepeat, 0, 3, 0.01);
        integer("repeat_last_n", "--repeat-last-n", tr("Penalty window"), tr("How many tokens count as lately; -1 is the whole context, 0 is off."),
                &sample::Params::penaltyLastN, -1, 1'000'000, 16);
        real("presence_penalty", "--presence-penalty", tr("Presence penalty"), tr("Subtracted once from tokens that were used; 0 is off."),
             &sample::Params::penaltyPresence, -2, 2, 0.05);
        real("frequency_penalty", "--frequency-penalty", tr("Frequency penalty"), tr("Subtracted for every time a token was used; 0 is off."),
             &sample::Params::penaltyFrequency, -2, 2, 0.05);
        real("dry_multiplier", "--dry-multiplier", tr("DRY strength"), tr("Stops sequences from being repeated word for word; 0 is off."),
             &sample::Params::dryMultiplier, 0, 5, 0.05);
        real("dry_base", "--dry-base", tr("DRY base"), tr("How fast the penalty grows with the length of the repetition."), &sample::Params::dryBase, 1, 4, 0.05);
        integer("dry_allowed_length", "--dry-allowed-length", tr("DRY allowed length"), tr("Repetitions up to this many tokens are free."),
                &sample::Params::dryAllowedLength, 0, 100, 1);
        integer("dry_penalty_last_n", "--dry-penalty-last-n", tr("DRY window"), tr("How far back repetitions are looked for; -1 is the whole context."),
                &sample::Params::dryPenaltyLastN, -1, 1'000'000, 16);

        m_group = tr("Advanced");
        real("typ_p", "--typical", tr("Typical P"), tr("Keeps tokens about as surprising as expected; 1 is off."), &sample::Params::typP, 0, 1, 0.01);
        real("top_n_sigma", "--top-nsigma", tr("Top n-sigma"), tr("Keeps tokens within n standard deviations of the best; -1 is off."),
             &sample::Params::topNSigma, -1, 10, 0.1);
        real("xtc_probability", "--xtc-probability", tr("XTC probability"), tr("How often the likeliest tokens are left out; 0 is off."),
             &sample::Params::xtcProbability, 0, 1, 0.01);
        real("xtc_threshold", "--xtc-threshold", tr("XTC threshold"), tr("Tokens above this probability may be left out."),
             &sample::Params::xtcThreshold, 0, 1, 0.01);
        real("dynatemp_range", "--dynatemp-range", tr("Dynamic temperature range"), tr("Lets the temperature vary by this much; 0 is off."),
             &sample::Params::dynatempRange, 0, 5, 0.05);
        real("dynatemp_exp", "--dynatemp-exp", tr("Dynamic temperature exponent"), tr("How the temperature follows the model's certainty."),
             &sample::Params::dynatempExponent, 0, 5, 0.05);
        add({.key = "mirostat", .kind = Kind::Choice, .flag = "--mirostat", .label = tr("Mirostat"),
             .help = tr("Steers towards an even degree of surprise; takes the place of Top K, Top P and the like."), .builtIn = 0,
             .choices = {tr("Off"), tr("Version 1"), tr("Version 2")}, .values = {0, 1, 2}, .parameter = &sample::Params::mirostat});
        real("mirostat_ent", "--mirostat-ent", tr("Mirostat target"), tr("The degree of surprise to aim for."), &sample::Params::mirostatTau, 0, 20, 0.1);
        real("mirostat_lr", "--mirostat-lr", tr("Mirostat learning rate"), tr("How fast it is corrected."), &sample::Params::mirostatEta, 0, 1, 0.01);
        real("adaptive_target", "--adaptive-target", tr("Adaptive target"), tr("The probability to aim for on average; -1 is off."),
             &sample::Params::adaptiveTarget, -1, 1, 0.01);
        real("adaptive_decay", "--adaptive-decay", tr("Adaptive decay"), tr("How long earlier choices are remembered."),
             &sample::Params::adaptiveDecay, 0, 0.99, 0.01);
        QStringList order;
        for (const auto& name : sample::Params{}.order) order.append(QString::fromStdString(name));
        add({.key = "samplers", .kind = Kind::Line, .flag = "--samplers", .label = tr("Order of the samplers"), .help = tr("Names with semicolons between them."),
             .builtIn = order.join(u';')});
        add({.key = "ignore_eos", .kind = Kind::Switch, .flag = "--ignore-eos", .label = tr("Ignore the end of the answer"),
             .help = tr("Goes on when the model would end."), .builtIn = false, .parameter = &sample::Params::ignoreEos});
        return m_table;
    }

private:
    void add(SettingDefinition definition)
    {
        definition.group = m_group;
        m_table.append(std::move(definition));
    }
    void real(const char* key, const char* flag, const QString& label, const QString& help, float sample::Params::* field, double minimum,
              double maximum, double step)
    {
        add({.key = key, .kind = Kind::Real, .flag = flag, .label = label, .help = help, .builtIn = builtInReal(field), .minimum = minimum,
             .maximum = maximum, .step = step, .parameter = field});
    }
    void integer(const char* key, const char* flag, const QString& label, const QString& help, int sample::Params::* field, double minimum,
                 double maximum, double step)
    {
        add({.key = key, .kind = Kind::Integer, .flag = flag, .label = label, .help = help, .builtIn = sample::Params{}.*field, .minimum = minimum,
             .maximum = maximum, .step = step, .parameter = field});
    }

    QString m_group;
    QList<SettingDefinition> m_table;
};

} // namespace

QList<SettingDefinition> settingDefinitions() { return Table().make(); }

} // namespace corral::app
