// SPDX-License-Identifier: MIT
#include "protocol/receive/receiver_ending.hpp"

#include <algorithm>
#include <utility>

namespace mcast::protocol {
namespace {

using std::chrono::milliseconds;

constexpr Duration kPlainLinger = std::chrono::seconds(1);  // acknowledges a plain watermark
constexpr Duration kLeastTellRetry = milliseconds(5);
constexpr Duration kMostTellRetry = milliseconds(250);

using Stage = ReceiverStage;
using Why = ReceiverError::Why;

}  // namespace

void ReceiverEnding::succeed(Time now, Bytes root) {
    parts_.farewell.succeed(root);
    if (parts_.farewell.sender_named_root()) return confirm(parts_.farewell.sent_root());
    tell(now);
}

void ReceiverEnding::fail(Time now, ReceiverError error) {
    const Stage stage = parts_.stage;
    Farewell& farewell = parts_.farewell;
    if (stage == Stage::ended) return;
    if (stage == Stage::telling && farewell.declined()) return end(std::move(error));
    if (stage == Stage::telling) return end(farewell.error());  // the outcome stands
    if (stage == Stage::listening || stage == Stage::unanswered || parts_.offer.plain)
        return end(std::move(error));
    const std::string text = text_of(error);
    farewell.fail(std::move(error), text);
    tell(now);
}

void ReceiverEnding::decline(Time now, ReceiverError error) {
    const bool untouched = parts_.stage == Stage::offered || parts_.unproven();
    parts_.farewell.set_declined(untouched && !parts_.offer.plain);
    fail(now, std::move(error));
}

void ReceiverEnding::tell(Time now) {
    Farewell& farewell = parts_.farewell;
    if (parts_.stage != Stage::telling) {
        begin_to_tell(now);
        if (parts_.timers.running(ReceiverTimer::linger)) return;
    } else if (parts_.offer.plain || farewell.told_enough(now, parts_.config.progress_limit)) {
        const auto& error = farewell.error();
        return farewell.declined() && !parts_.joining.confirmed() ? pass_over(error->message)
                                                                  : end(error);
    }
    // The sender takes no report of a stranger, or from another address.
    const bool known = parts_.joining.confirmed();
    parts_.due.set(ReceiverDue::join, !known || parts_.liveness.silent(now));
    parts_.due.set(ReceiverDue::report, known || !farewell.failed());
    const Duration first = std::max<Duration>(2 * parts_.sender.grtt(), kLeastTellRetry);
    parts_.timers.set(ReceiverTimer::linger,
                      now + parts_.telling.next(first, kMostTellRetry, parts_.sender, parts_.rng));
}

// All of a large group come to this at about the same time: each waits for a while. A plain sender
// is told nothing.
void ReceiverEnding::begin_to_tell(Time now) {
    parts_.stage = Stage::telling;
    parts_.timers.stop_all();
    parts_.due.clear(ReceiverDue::nack);
    parts_.due.clear(ReceiverDue::digests);
    Duration wait = kPlainLinger;
    if (!parts_.offer.plain) wait = parts_.sender.random_spread(parts_.rng);
    parts_.farewell.begin(parts_.offer.plain ? now : now + wait);
    if (wait > Duration::zero()) parts_.timers.set(ReceiverTimer::linger, now + wait);
}

void ReceiverEnding::confirm(Bytes root) {
    end(parts_.offer.plain ? parts_.farewell.error() : parts_.farewell.confirmed(root));
}

void ReceiverEnding::end(std::optional<ReceiverError> error) {
    if (parts_.stage == Stage::ended) return;
    parts_.stage = Stage::ended;
    parts_.timers.stop_all();
    parts_.tell({.kind = ReceiverEvent::Kind::ended, .error = std::move(error)});
}

// The same sender may be heard again, and is taken then.
void ReceiverEnding::pass_over(const std::string& why) {
    const OfferInfo& offer = parts_.offer;
    ReceiverNotice notice;
    if (parts_.discovery.note_silent(offer.transfer))
        notice = {.kind = ReceiverNotice::Kind::unanswered,
                  .node = offer.sender,
                  .name = offer.name,
                  .why = why};
    parts_.stage = Stage::unanswered;
    parts_.timers.stop_all();
    parts_.timers.set(ReceiverTimer::check, parts_.liveness.now() + kReceiverCheck);
    parts_.due = {};
    parts_.object.clear_orders();
    parts_.tell({.kind = ReceiverEvent::Kind::unanswered, .notice = std::move(notice)});
}

ReceiverError ReceiverEnding::standstill() const {
    if (parts_.object.any_bad()) return {.code = ErrorCode::integrity, .why = Why::wrong_content};
    const bool full = parts_.object.blocks().first_incomplete() >= parts_.window.end_block();
    return {.code = ErrorCode::timed_out, .why = full ? Why::output_full : Why::stands_still};
}

std::string ReceiverEnding::text_of(const ReceiverError& error) const {
    if (error.why == Why::given) return error.message;
    return parts_.config.error_text != nullptr ? parts_.config.error_text(error) : std::string();
}

}  // namespace mcast::protocol
