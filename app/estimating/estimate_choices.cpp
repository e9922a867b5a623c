#include "app/estimating/estimate_choices.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace corral::app {

namespace {
class Choices {
    Q_DECLARE_TR_FUNCTIONS(Choices)
};
} // namespace

int LogScale::valueAt(double position) const
{
    if (position <= 0 || high <= low) return low;
    if (position >= 1) return high;
    const double exact = double(low) * std::pow(double(high) / double(low), position);
    // Two digits are enough of a number that is dragged to: 20,480 and not 20,317.
    const double unit = std::max(double(step), std::pow(2.0, std::floor(std::log2(exact)) - 3));
    return std::clamp(int(std::round(exact / unit) * unit), low, high);
}

double LogScale::positionOf(int value) const
{
    if (high <= low || value <= low) return 0;
    return std::min(1.0, std::log(double(value) / double(low)) / std::log(double(high) / double(low)));
}

QStringList methodNames() { return {Choices::tr("Full"), Choices::tr("LoRA"), Choices::tr("QLoRA")}; }

QStringList recipeNames()
{
    return {Choices::tr("AdamW, mixed precision"), Choices::tr("AdamW, all in BF16"), Choices::tr("AdamW, all in FP32"),
            Choices::tr("8-bit Adam"),             Choices::tr("SGD with momentum"),  Choices::tr("Adafactor")};
}

QStringList recomputeNames() { return {Choices::tr("Kept"), Choices::tr("Scores computed again"), Choices::tr("Layers computed again")}; }

QStringList targetNames() { return {Choices::tr("Queries and values"), Choices::tr("All of attention"), Choices::tr("All matrices")}; }

} // namespace corral::app
