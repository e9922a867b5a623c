#pragma once
// What a model's chat template makes of a short conversation, so that people see how it is talked to.
#include "core/gguf/writer.h"

#include <QString>

namespace corral::app {

struct TemplateExample {
    QString source;  // the template; empty: the model has none
    QString text;    // the rendered prompt
    QString problem; // why there is none
};
TemplateExample exampleOf(const gguf::Keys& keys);

} // namespace corral::app
