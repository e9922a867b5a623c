#include "app/library/value_text.h"

#include <QLocale>

namespace corral::app {

namespace {

// Cut between characters.
QString cut(std::string_view bytes, int most)
{
    constexpr int kBytesOfCharacter = 4;
    const bool long_ = bytes.size() > std::size_t(most) * kBytesOfCharacter;
    QString text = QString::fromUtf8(long_ ? bytes.substr(0, std::size_t(most) * kBytesOfCharacter) : bytes);
    if (!long_ && text.size() <= most) return text;
    text.truncate(most);
    if (!text.isEmpty() && text.back().isHighSurrogate()) text.chop(1);
    return text + u'…';
}

template <class T> QString elementText(const T& element, int most, int digits)
{
    if constexpr (std::is_convertible_v<T, std::string_view>) return u'“' + cut(element, most) + u'”';
    else if constexpr (std::is_same_v<T, bool>) return element ? QStringLiteral("true") : QStringLiteral("false");
    else if constexpr (std::is_floating_point_v<T>) return QLocale().toString(element, 'g', digits);
    else return QLocale().toString(element);
}

} // namespace

QString valueText(const gguf::Value& value, int most)
{
    constexpr int kDigitsOfFloat = 7;
    const bool single = (value.type == gguf::ValueType::Array ? value.elementType : value.type) == gguf::ValueType::F32;
    return std::visit(
        [most, digits = single ? kDigitsOfFloat : int(QLocale::FloatingPointShortest)](const auto& data) -> QString {
            using Data = std::decay_t<decltype(data)>;
            if constexpr (std::is_same_v<Data, std::string>) {
                return cut(data, most);
            } else if constexpr (requires { data.capacity(); }) {
                QString text;
                for (std::size_t i = 0; i < data.size(); ++i) {
                    if (text.size() >= most) return text + QStringLiteral(", …");
                    const typename Data::value_type element = data[i];
                    text += (i > 0 ? QStringLiteral(", ") : QString()) + elementText(element, most, digits);
                }
                return text;
            } else {
                return elementText(data, most, digits);
            }
        },
        value.data);
}

QString valueTypeText(const gguf::Value& value)
{
    if (value.type != gguf::ValueType::Array) return QString::fromUtf8(gguf::toString(value.type));
    return QStringLiteral("%1[%2]").arg(QString::fromUtf8(gguf::toString(value.elementType)), QLocale().toString(qulonglong(value.arraySize())));
}

} // namespace corral::app
