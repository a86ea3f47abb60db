// SPDX-License-Identifier: MIT
#include "protocol/send/membership.hpp"

#include <algorithm>
#include <utility>

#include "protocol/backoff.hpp"

namespace mcast::protocol {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMany = 2000;
constexpr std::size_t kWaveFactor = 8;  // few of a wave of joins come first
constexpr std::size_t kMostWave = 4000;
constexpr Duration kOthersMayCome = seconds(3);  // when no receiver that came can take it

}  // namespace

Member& Membership::add(NodeId node, Time now) {
    ++joins_now_;
    return table_.add(node, now);
}

bool Membership::large() const {
    return size() >= kLargeGroup;
}

bool Membership::many() const {
    return size() > kMany;
}

std::size_t Membership::expected_size(bool gathering) const {
    const std::size_t awaited = gathering ? begin_with_ : 0;
    if (awaited >= kLargeGroup && size() <= awaited) return awaited;
    const std::size_t wave = kWaveFactor * std::max(joins_now_, joins_before_);
    return std::max<std::size_t>(size() + std::min(wave, kMostWave), 1);
}

void Membership::end_round() {
    joins_before_ = std::exchange(joins_now_, 0);
}

void Membership::recount() {
    attached_ = awaited_ = reporters_ = 0;
    window_end_ = least_done_ = Member::kNoWindow;
    for (const Member& p : all()) {
        if (!p.in_progress()) continue;
        ++awaited_;
        if (!p.attached) continue;
        attached_ += p.sets_pace();
        reporters_ += p.reporter && p.sets_pace();
        if (p.paces) window_end_ = std::min(window_end_, p.window_end);
        least_done_ = std::min(least_done_, p.bytes_done);
    }
}

void Membership::recount_soon() {
    if (!many()) recount();
}

void Membership::count_joined(const Member& member) {
    if (!member.in_progress()) return;
    ++awaited_;
    ++attached_;
    least_done_ = std::min(least_done_, member.bytes_done);
}

bool Membership::attached_have(ByteCount size) const {
    return std::ranges::none_of(all(), [size](const Member& p) {
        return p.in_progress() && p.attached && p.presence != Presence::away && p.bytes_done < size;
    });
}

ByteCount Membership::most_done() const {
    ByteCount most = 0;
    for (const Member& p : all())
        if (p.attached && p.in_progress()) most = std::max(most, p.bytes_done);
    return most;
}

std::size_t Membership::wanted() const {
    return std::max<std::size_t>(begin_with_, 1);
}

bool Membership::complete() const {
    const std::size_t joined = count(State::in_progress);
    return joined >= wanted() && joined >= expected_.size() && missing(true).empty();
}

std::vector<std::string> Membership::missing(bool gathering) const {
    if (gathering)
        return expected_.lacking(all(),
                                 [](const Member& p) { return p.counted && p.in_progress(); });
    return expected_.lacking(all(), [](const Member& p) { return p.state == State::success; });
}

std::vector<std::string> Membership::absent() const {
    return expected_.lacking(all(), [](const Member& p) { return p.counted; });
}

bool Membership::all_declined(Time now) const {
    if (count(State::in_progress) > 0 || count(State::success) > 0) return false;
    if (count(State::failure) < wanted()) return false;
    return std::ranges::all_of(all(),
                               [&](const Member& p) { return now - p.joined >= kOthersMayCome; });
}

bool Membership::all_lost() const {
    return std::ranges::all_of(all(), [](const Member& p) {
        return !p.counted || (p.error && p.error->code == ErrorCode::receiver_lost);
    });
}

}  // namespace mcast::protocol
