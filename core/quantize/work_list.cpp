#include "core/quantize/work_list.h"

#include "core/gguf/cursor.h"

#include <algorithm>

namespace corral::quantize {

namespace {

constexpr std::uint64_t kPieceValues = std::uint64_t(1) << 19;     // about 0.3 MB at 4 bits each, some 10 ms of a slow search
constexpr std::uint64_t kCopyBytes = std::uint64_t(1) << 20;

bool isTokenEmbedding(std::string_view name) { return name == "token_embd.weight" || name == "per_layer_token_embd.weight"; }

Result<RowEncoder> encoderFor(const SourceTensor& tensor, const PlannedTensor& planned, const Imatrix* imatrix)
{
    const quant::Format* type = quant::findFormat(planned.type);
    if (!type) return fail(ErrorCode::Unsupported, "unknown tensor type {}", planned.type);
    std::span<const float> importance;
    if (imatrix) importance = imatrix->find(planned.originalName);
    // Matrices collected for the output of a tied model do not fit its embedding; they are ignored there (facts/quantize.md § 7).
    if (isTokenEmbedding(planned.originalName) && importance.size() != tensor.shape[0] * tensor.shape[2]) importance = {};
    if (planned.needsImportance && importance.empty())
        return fail(ErrorCode::InvalidArgument, "there is no importance matrix for it, and {} needs one", type->name);
    return RowEncoder::make(tensor, *type, importance);
}

void addPieces(WorkList& list, std::size_t index, const SourceTensor& tensor)
{
    const TensorWork& work = list.tensors[index];
    if (!work.encoder) {
        for (std::uint64_t at = 0; at < tensor.bytes; at += kCopyBytes) {
            const std::uint64_t count = std::min(kCopyBytes, tensor.bytes - at);
            list.pieces.push_back({index, at, count, at, count});
        }
        return;
    }
    if (tensor.elements() == 0) return;
    const std::uint64_t batch = work.encoder->batchRows();
    const std::uint64_t rowsAtOnce = std::max(batch, kPieceValues / work.encoder->rowLength() / batch * batch);
    const std::uint64_t rowInput = tensor.bytes / work.rows; // of a tensor put together from elsewhere: as a measure of progress
    for (std::uint64_t row = 0; row < work.rows; row += rowsAtOnce) {
        const std::uint64_t count = std::min(rowsAtOnce, work.rows - row);
        list.pieces.push_back({index, row, count, row * rowInput, count * rowInput});
    }
}

} // namespace

Result<WorkList> makeWorkList(const Source& source, const Plan& plan, const Imatrix* imatrix)
{
    WorkList list;
    for (const PlannedTensor& planned : plan.tensors) {
        const SourceTensor& tensor = source.tensors()[planned.source];
        TensorWork work{.name = planned.name, .source = planned.source, .writer = static_cast<std::size_t>(planned.shard),
                        .encoder = std::nullopt, .rows = tensor.rows(), .inputBytes = tensor.bytes};
        if (planned.type != tensor.type || !source.extent(planned.source)) {
            auto encoder = encoderFor(tensor, planned, imatrix);
            if (!encoder) return within("tensor " + gguf::shown(planned.name), encoder.error());
            work.encoder = std::move(*encoder);
        }
        list.inputBytes += tensor.bytes;
        list.tensors.push_back(std::move(work));
        addPieces(list, list.tensors.size() - 1, tensor);
    }
    return list;
}

} // namespace corral::quantize
