// SPDX-License-Identifier: MIT
#include "protocol/receive/content_intake.hpp"

#include <utility>

namespace mcast::protocol {
namespace {

// At an output that has to write them. More would keep the content behind them out of the pool for
// longer than a sender may be silent. They are told again when they are asked for.
constexpr ByteCount kMostZerosWaiting = 512 << 20;

ReceiverError hopeless_chunk(std::uint32_t chunk) {
    return {.code = ErrorCode::integrity,
            .why = ReceiverError::Why::wrong_chunk,
            .chunk = chunk,
            .count = ObjectReceiver::kMaxFailures};
}

}  // namespace

void ContentIntake::start(Time now) {
    if (parts_.started) return;
    parts_.started = true;
    parts_.liveness.on_progress(now);
    parts_.tell({ReceiverEvent::Kind::started});
    check_finish();  // an empty file has everything
}

Placement ContentIntake::on_data(Time now, const wire::Data& data) {
    if (parts_.stage != ReceiverStage::receiving || !parts_.object.fits(data)) return {};
    const std::uint32_t block = data.id.block;
    if (!parts_.started) start(now);
    parts_.delivery.add(data.payload.size());
    parts_.sender_idle = false;
    ++parts_.stats.packets;

    if ((data.flags & wire::kFlagRepair) == 0) on_new_data(now, block);
    if (block >= parts_.window.end_block() || parts_.unproven()) return {};
    const auto stored = parts_.object.store(data);
    if (stored.place.kind == Placement::Kind::none) return {};
    parts_.liveness.on_progress(now);
    NackCycle& nacks = parts_.nacks;
    if (stored.completed)
        on_complete(now, stored.repaired);
    else if (block < nacks.position())
        if (auto* partial = parts_.object.blocks().find(block))
            nacks.on_repair(*partial, requests_.conditions(now));
    if (nacks.asks_at_repairs(parts_.sender) && requests_.lacks_passed()) requests_.want_nack(now);
    return stored.place;
}

// Both know how far new data has come: the cycle of requests now, the meter also a while ago.
void ContentIntake::on_new_data(Time now, std::uint32_t block) {
    if (!parts_.nacks.on_new_data(block)) return;
    parts_.loss.set_position(block);
    if (requests_.lacks_passed()) requests_.want_nack(now);
}

void ContentIntake::on_complete(Time now, std::size_t repaired) {
    parts_.stats.repaired += repaired;
    if (parts_.object.lacks_digests()) requests_.want_digests(now);
    check_finish();
}

// The end is believed when two offers in a row tell it: a single one could be forged.
void ContentIntake::on_stream_size(Time now, std::uint64_t size) {
    ObjectParams& object = parts_.offer.object;
    if (parts_.stage != ReceiverStage::receiving || !object.open()) return;
    const bool again = std::exchange(parts_.told_size, size) == size;
    if (size == wire::Offer::kUnknownSize || !again || !parts_.object.end_at(size)) return;
    object.size = size;
    parts_.nacks.end_at(parts_.object.partition());
    parts_.window.end_at(parts_.object.partition());
    if (parts_.started) check_finish();
    if (requests_.lacks_passed()) requests_.want_nack(now);
}

void ContentIntake::on_digests(const wire::Digests& message) {
    ObjectReceiver& object = parts_.object;
    if (parts_.stage != ReceiverStage::receiving) return;
    if (!object.on_digests(message)) return;
    if (!object.lacks_digests() && (!parts_.nacks.passed_all() || object.has_all_digests()))
        parts_.timers.stop(ReceiverTimer::digests);
}

void ContentIntake::on_zeros(Time now, const wire::Zeros& message) {
    if (parts_.stage != ReceiverStage::receiving) return;
    start(now);
    if (parts_.backlog.zeros && parts_.backlog.bytes > kMostZerosWaiting) return;
    const ByteCount before = parts_.object.blocks().bytes_done();
    if (!parts_.object.on_zeros(message, parts_.window.end_block())) return;
    if (parts_.backlog.zeros) parts_.backlog.bytes += parts_.object.blocks().bytes_done() - before;
    parts_.liveness.on_progress(now);
    on_complete(now, 0);
}

void ContentIntake::on_verdict(Time now, std::uint32_t chunk, bool good) {
    if (parts_.stage != ReceiverStage::receiving) return;
    parts_.liveness.on_progress(now);
    switch (parts_.object.verdict(chunk, good)) {
        case ObjectReceiver::Verdict::outdated:
            return;
        case ObjectReceiver::Verdict::good:
            return check_finish();
        case ObjectReceiver::Verdict::fetch_again:
            requests_.want_nack(now);
            return requests_.want_digests(now);
        case ObjectReceiver::Verdict::hopeless:
            return ending_.fail(now, hopeless_chunk(chunk));
    }
}

void ContentIntake::on_released(ByteCount offset) {
    parts_.window.release(offset);
    if (parts_.stage == ReceiverStage::receiving && parts_.started && parts_.window.worth_telling())
        parts_.due.set(ReceiverDue::report);
}

void ContentIntake::on_confirmed(Time now) {
    parts_.liveness.on_progress(now);  // nothing could be taken before
    check_finish();                    // an empty file has waited for it
}

void ContentIntake::check_finish() {
    if (parts_.stage != ReceiverStage::receiving || !parts_.started || parts_.unproven() ||
        !parts_.object.complete())
        return;
    parts_.stage = ReceiverStage::finishing;
    parts_.object.order_finish();
}

}  // namespace mcast::protocol
