// SPDX-License-Identifier: MIT
#include "session/receive/content_reader.hpp"

#include <utility>

#include "base/assert.hpp"

namespace mcast::session {

void ContentReader::refill() {
    compact();
    for (std::size_t i = 0; i < kSlots; ++i) {
        if (slot_jobs_[i]) continue;
        slot_jobs_[i] = worker_.take();
        if (!slot_jobs_[i]) return;
        slots_[i].buffer = slot_jobs_[i]->buffer();
    }
}

/// Closes the holes that buffers leave which went to the worker: the socket fills slots from the
/// front.
void ContentReader::compact() {
    std::size_t end = 0;
    for (std::size_t i = 0; i < kSlots; ++i) {
        if (!slot_jobs_[i]) continue;
        if (i != end) {
            slot_jobs_[end] = std::move(slot_jobs_[i]);
            slots_[end].buffer = slot_jobs_[end]->buffer();
        }
        ++end;
    }
}

void ContentReader::begin(std::size_t slot) {
    if (slots_[slot].length < kGatherBelow) return;
    if (gather_) ready_.push_back(std::move(gather_));  // it is older
    batch_ = std::move(slot_jobs_[slot]);
    batch_->used = slots_[slot].length;
}

void ContentReader::end_batch() {
    if (!batch_) return;
    if (batch_->empty()) {
        worker_.give_back(std::move(batch_));
    } else {
        ready_.push_back(std::move(batch_));
    }
}

ReceiveJob& ContentReader::target() {
    if (batch_) return *batch_;
    if (!gather_) {
        gather_ = worker_.take();
        if (!gather_) gather_ = ReceiveWorker::take_orders_only();
    }
    return *gather_;
}

void ContentReader::place(const protocol::Placement& placement) {
    if (placement.kind == protocol::Placement::Kind::none) return;
    if (batch_) {
        batch_->add(placement);
        return;
    }
    if (target().gather(placement)) return;
    if (!gather_->empty()) ready_.push_back(std::move(gather_));
    gather_ = worker_.take();
    if (!gather_) gather_ = ReceiveWorker::take_beyond_pool();
    MCAST_ASSERT(gather_->gather(placement));
}

void ContentReader::add(protocol::Order&& order) {
    // Zeros may take a disk long: it shows how far it is after each job.
    const bool zeros = order.kind == protocol::Order::Kind::zeros;
    if (zeros && !batch_ && gather_ && gather_->zeros > 0) ready_.push_back(std::move(gather_));
    target().add(std::move(order));
}

void ContentReader::submit() {
    if (gather_ && !gather_->empty()) ready_.push_back(std::move(gather_));
    if (!ready_.empty()) worker_.submit(ready_);
}

}  // namespace mcast::session
