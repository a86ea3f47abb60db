// SPDX-License-Identifier: MIT
#include "control/status_keeper.hpp"

#include <algorithm>

#include "control/status_rules.hpp"

namespace mcast::control {
namespace {

/// A failure without a cause is our fault, but must have an error all the same.
Error unnamed_failure() {
    return {ErrorCode::internal, 0, "failed without naming a cause"};
}

template <typename T>
void pair_error_with_state(T& s) {
    if (s.state != State::failure) s.error.reset();
    if (s.state == State::failure && !s.error) s.error = unnamed_failure();
}

}  // namespace

StatusKeeper::StatusKeeper(Status initial, Clocks clocks)
    : clocks_(std::move(clocks)), begun_(clocks_.steady()), status_(std::move(initial)) {
    status_.state = State::in_progress;
    status_.started = clocks_.wall();
    end_change(begin_change());
}

bool StatusKeeper::succeed(std::optional<std::string> path, std::optional<std::string> digest) {
    return update([&](Status& s) {
        s.state = State::success;
        s.path = std::move(path);
        s.digest = std::move(digest);
    });
}

bool StatusKeeper::fail(Error error) {
    return update([&](Status& s) {
        s.state = State::failure;
        s.error = std::move(error);
    });
}

Status StatusKeeper::snapshot() const {
    const std::lock_guard lock(mutex_);
    return as_of_now(status_);
}

Status StatusKeeper::head() const {
    const std::lock_guard lock(mutex_);
    std::vector<ReceiverStatus> aside;
    aside.swap(status_.receivers);
    Status copy = as_of_now(status_);
    aside.swap(status_.receivers);
    return copy;
}

Status StatusKeeper::as_of_now(Status copy) const {
    if (is_final(copy.state)) return copy;
    copy.elapsed_s = elapsed();
    copy.eta_s = eta_of(copy);
    return copy;
}

Status StatusKeeper::snapshot_before_end() const {
    Status copy = snapshot();
    if (!is_final(copy.state)) return copy;
    copy.state = State::in_progress;
    copy.phase = Phase::finishing;
    copy.percent = high_water_;
    copy.error.reset();
    copy.ended.reset();
    copy.path.reset();
    copy.digest.reset();
    return copy;
}

double StatusKeeper::elapsed() const {
    return to_seconds(clocks_.steady() - begun_);
}

Status StatusKeeper::begin_change() const {
    Status identity;
    identity.session = status_.session;
    identity.role = status_.role;
    identity.pid = status_.pid;
    identity.started = status_.started;
    identity.bytes_total = status_.bytes_total;
    identity.bytes_reached = status_.bytes_reached;
    return identity;
}

void StatusKeeper::end_change(const Status& identity) {
    status_.session = identity.session;
    status_.role = identity.role;
    status_.pid = identity.pid;
    status_.started = identity.started;
    // A known size stays known: without it progress would fall back to 0.
    if (!status_.bytes_total) status_.bytes_total = identity.bytes_total;
    if (status_.bytes_total)
        status_.bytes_done = std::min(status_.bytes_done, *status_.bytes_total);
    status_.bytes_reached = std::max(identity.bytes_reached, status_.bytes_done);
    if (status_.bytes_total)
        status_.bytes_reached = std::min(status_.bytes_reached, *status_.bytes_total);
    if (status_.role == Role::sender) {
        status_.best_bytes_done = std::max(status_.best_bytes_done, status_.bytes_done);
    }
    pair_error_with_state(status_);
    enforce_receivers();
    status_.eta_s.reset();
    if (is_final(status_.state)) {
        enforce_final();
    } else {
        enforce_running();
    }
}

void StatusKeeper::enforce_running() {
    high_water_ = std::max(high_water_, percent_of(status_.bytes_done, progress_size(status_)));
    status_.percent = high_water_;
    if (status_.phase == Phase::ended) status_.phase = Phase::finishing;
    status_.ended.reset();
    status_.path.reset();
    status_.digest.reset();
}

void StatusKeeper::enforce_final() {
    status_.percent = 100;
    status_.phase = Phase::ended;
    // The date may have been set back, but readers do not expect an end before the start.
    status_.ended = std::max(clocks_.wall(), status_.started);
    status_.elapsed_s = elapsed();
    status_.waiting_for.clear();
    if (status_.state == State::success) {
        // The end of a stream makes its size known.
        if (!status_.bytes_total) status_.bytes_total = status_.bytes_done;
    } else {
        status_.path.reset();
        status_.digest.reset();
    }
}

void StatusKeeper::enforce_receivers() {
    for (auto& receiver : status_.receivers) {
        pair_error_with_state(receiver);
        receiver.verified = receiver.verified && receiver.state == State::success;
        int& high_water = receiver_high_water_[receiver.id];
        high_water = std::max(high_water, percent_of(receiver.bytes_done, progress_size(status_)));
        receiver.percent = receiver.state == State::success ? 100 : high_water;
    }
}

}  // namespace mcast::control
