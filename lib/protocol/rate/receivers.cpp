// SPDX-License-Identifier: MIT
#include "protocol/rate/receivers.hpp"

#include <utility>

namespace mcast::rate {

namespace {

constexpr auto kNode = [](const Receiver* r) { return r->id.node; };

}  // namespace

Receiver& Receivers::at(MemberId id) {
    Receiver& receiver = expected(id);
    const auto aside = std::exchange(places_.at(id.index).aside, nullptr);
    if (aside) receiver = *aside;
    return receiver;
}

Receiver& Receivers::expected(MemberId id) {
    auto& known = places_.at(id.index).known;
    if (known) return *known;
    known = std::make_unique<Receiver>(Receiver{.id = id});
    all_.insert(std::ranges::upper_bound(all_, id.node, {}, kNode), known.get());
    return *known;
}

const Receiver* Receivers::find(MemberIndex index) const {
    const Place* place = places_.find(index);
    return place == nullptr ? nullptr : place->known.get();
}

void Receivers::forget(MemberIndex index) {
    Place* place = places_.find(index);
    if (place == nullptr) return;
    drop(*place);
    place->aside.reset();
}

bool Receivers::set_aside(MemberIndex index) {
    Place* place = places_.find(index);
    if (place == nullptr || !place->known) return false;
    const Receiver& known = *place->known;
    place->aside = std::make_unique<Receiver>(
        Receiver{.id = known.id, .path = known.path, .loss = known.loss.baseline_only()});
    drop(*place);
    return true;
}

void Receivers::drop(Place& place) {
    if (!place.known) return;
    const auto same = std::ranges::equal_range(all_, place.known->id.node, {}, kNode);
    all_.erase(std::ranges::find(same, place.known.get()));
    place.known.reset();
}

void Receivers::begin_epoch() {
    for (Receiver* r : all_) {
        r->epoch.begin();
        r->probe = {};
    }
}

void Receivers::end_loss_tests() {
    for (Receiver* r : all_) r->loss.end_test();
}

bool Receivers::testing_loss() const {
    return std::ranges::any_of(all_, [](const Receiver* r) { return r->loss.testing(); });
}

Duration Receivers::longest_path() const {
    Duration longest{};
    for (const Receiver* r : all_)
        if (r->path.known()) longest = std::max(longest, r->path.rtt_min());
    return longest;
}

// A receiver that was sent little received little, which shows nothing.
double Receivers::delivery_bps(double unknown) const {
    double bps = all_.empty() ? 0 : unknown;
    bool known = false;
    for (const Receiver* r : all_) {
        if (r->loss.delivery_bps() <= 0) continue;
        bps = known ? std::min(bps, r->loss.delivery_bps()) : r->loss.delivery_bps();
        known = true;
    }
    return bps;
}

double Receivers::greatest_baseline() const {
    double greatest = 0;
    for (const Receiver* r : all_) greatest = std::max(greatest, r->loss.baseline());
    return greatest;
}

std::optional<MemberId> Receivers::lossiest() const {
    std::optional<MemberId> worst;
    double most = 0;
    double sum = 0;
    for (const Receiver* r : all_) {
        sum += r->loss.baseline();
        if (r->loss.baseline() <= most) continue;
        most = r->loss.baseline();
        worst = r->id;
    }
    if (most < kNotableLoss) return std::nullopt;
    const auto others = static_cast<double>(all_.size()) - 1;
    const double usual = others > 0 ? (sum - most) / others : 0;
    return most >= 2 * usual + kNotableLoss / 2 ? worst : std::nullopt;
}

}  // namespace mcast::rate
