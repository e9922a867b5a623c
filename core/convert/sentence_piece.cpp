#include "core/convert/sentence_piece.h"

#include "core/gguf/cursor.h"

#include <cmath>
#include <optional>
#include <span>

namespace corral::convert {

namespace {

constexpr std::size_t kMostPieces = 1u << 24;

// One field of a protobuf message: number, wire type, and its value (varint, or 32 bits as they are) or bytes.
struct Field {
    std::uint64_t number = 0, value = 0;
    std::string_view bytes;
};

class Message {
public:
    explicit Message(std::string_view bytes) : m_in(std::as_bytes(std::span(bytes))) {}
    bool atEnd() const { return m_in.remaining() == 0; }
    std::uint64_t offset() const { return m_in.offset(); }

    std::optional<Field> next() // nothing: not a message
    {
        const auto tag = varint();
        if (!tag || *tag >> 3 == 0) return std::nullopt;
        Field field{.number = *tag >> 3, .bytes = {}};
        switch (*tag & 7) {
        case 0:
            if (const auto value = varint()) return field.value = *value, field;
            return std::nullopt;
        case 1:
            if (const auto value = m_in.read<std::uint64_t>()) return field.value = *value, field;
            return std::nullopt;
        case 2:
            if (const auto length = varint())
                if (const auto bytes = m_in.readText(*length)) return field.bytes = *bytes, field;
            return std::nullopt;
        case 5:
            if (const auto value = m_in.read<std::uint32_t>()) return field.value = *value, field;
            return std::nullopt;
        default: return std::nullopt; // groups, which proto3 has not
        }
    }

private:
    std::optional<std::uint64_t> varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = m_in.read<std::uint8_t>();
            if (!byte) return std::nullopt;
            value |= static_cast<std::uint64_t>(*byte & 0x7f) << shift;
            if (!(*byte & 0x80)) return value;
        }
        return std::nullopt;
    }

    gguf::Cursor m_in;
};

// Calls `take` with every field.
template <class Take> bool readMessage(std::string_view bytes, Take take)
{
    Message message(bytes);
    while (!message.atEnd()) {
        const auto field = message.next();
        if (!field) return false;
        take(*field);
    }
    return true;
}

} // namespace

Result<SentencePieceModel> readSentencePiece(std::string_view bytes)
{
    SentencePieceModel model;
    Message message(bytes);
    while (!message.atEnd()) {
        const std::uint64_t offset = message.offset();
        const auto field = message.next();
        bool fine = field.has_value();
        if (fine && field->number == 1) {
            SentencePieceModel::Piece piece;
            fine = readMessage(field->bytes, [&](const Field& f) {
                if (f.number == 1) piece.text = f.bytes;
                if (f.number == 2) piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(f.value));
                if (f.number == 3) piece.type = static_cast<std::int64_t>(f.value);
            });
            if (fine && (piece.type < 1 || piece.type > 6))
                return fail(ErrorCode::Format, "piece {} has the unknown type {}", model.pieces.size(), piece.type);
            if (fine && !std::isfinite(piece.score))
                return fail(ErrorCode::Format, "the score of piece {} is no number", model.pieces.size());
            if (model.pieces.size() >= kMostPieces) return fail(ErrorCode::Format, "more than {} pieces", kMostPieces);
            model.pieces.push_back(std::move(piece));
        } else if (fine && field->number == 2) {
            model.modelType = 1; // unless it says otherwise
            fine = readMessage(field->bytes, [&](const Field& f) {
                if (f.number == 3) model.modelType = static_cast<std::int64_t>(f.value);
            });
        } else if (fine && field->number == 3) {
            fine = readMessage(field->bytes, [&](const Field& f) {
                if (f.number == 3) model.addDummyPrefix = f.value != 0;
            });
        }
        if (!fine) return fail(ErrorCode::Format, "no SentencePiece model: at offset {} there is no field of its kind", offset);
    }
    if (model.pieces.empty()) return fail(ErrorCode::Format, "no SentencePiece model: it has no pieces");
    return model;
}

} // namespace corral::convert
