// SPDX-License-Identifier: MIT
#include "protocol/receive/receive_window.hpp"

#include <algorithm>

#include "wire/private/private_message.hpp"

namespace mcast::protocol {
namespace {

constexpr ByteCount kUsual = ByteCount{32} << 20;
constexpr ByteCount kMostEnd = (ByteCount{1} << 48) - 1;  // on the wire
constexpr double kTripsAhead = 2;  // until the sender hears of more room, and that is used
constexpr ByteCount kPart = 8;     // an eighth of the window is a good part

// Where that block begins, or would if there were one.
ByteCount begin_of(const fec::BlockPartition& partition, std::uint32_t block) {
    return block < partition.block_count() ? partition.block_offset(block)
                                           : partition.object_size();
}

}  // namespace

// A chunk leaves the window only as a whole: some of them have to fit.
ReceiveWindow::ReceiveWindow(const fec::BlockPartition& partition, std::optional<ByteCount> largest,
                             ByteCount chunk_size)
    : partition_(partition) {
    const ByteCount usual = std::max(kUsual, 4 * chunk_size);
    if (largest && std::min(*largest, usual) < partition_.object_size()) {
        largest_ = *largest;
        size_ = std::min(*largest, usual);
    }
    find_end_block();
}

void ReceiveWindow::find_end_block() {
    const bool all = !size_ || released_ + *size_ >= partition_.object_size();
    end_block_ = static_cast<std::uint32_t>(all ? partition_.block_count()
                                                : partition_.block_of_offset(released_ + *size_));
}

ByteCount ReceiveWindow::end() const {
    if (!size_) return wire::Report::kNoWindow;
    const ByteCount end = std::min(released_ + *size_, kMostEnd);
    return end < partition_.object_size() ? begin_of(partition_, end_block_) : end;
}

void ReceiveWindow::release(ByteCount offset) {
    released_ = std::max(released_, offset);
    find_end_block();
}

bool ReceiveWindow::worth_telling() const {
    return size_ && end() >= told_ + *size_ / kPart;
}

ByteCount ReceiveWindow::tell() {
    return told_ = end();
}

// A missing symbol takes longer to come than the rest of the window lasts, as it does on a long
// path. That rest has to last until the sender hears of more.
void ReceiveWindow::widen(Time now, const Use& use) {
    if (!size_ || *size_ >= largest_ || now < widened_ + use.grtt) return;
    const ByteCount slack = *size_ / kPart;
    // The rate that the sender gives is not to be trusted.
    const double ahead = std::min(kTripsAhead * use.bytes_in_flight, static_cast<double>(largest_));
    const ByteCount rest = std::max(slack, static_cast<ByteCount>(ahead));
    const bool used_up = begin_of(partition_, use.position) + rest >= end();
    if (!used_up || !use.awaits_network || use.ordered > released_ + slack) return;
    size_ = std::min(2 * *size_, largest_);
    widened_ = now;
    find_end_block();
}

}  // namespace mcast::protocol
