// SPDX-License-Identifier: MIT
#include "protocol/rate/receivers.hpp"

namespace mcast::rate {

Receiver& Receivers::at(NodeId node) {
    const auto found = aside_.find(raw(node));
    if (found == aside_.end()) return map_[raw(node)];
    Receiver& back = map_[raw(node)] = found->second;
    aside_.erase(found);
    return back;
}

const Receiver* Receivers::find(NodeId node) const {
    const auto found = map_.find(raw(node));
    return found == map_.end() ? nullptr : &found->second;
}

void Receivers::forget(NodeId node) {
    map_.erase(raw(node));
    aside_.erase(raw(node));
}

bool Receivers::set_aside(NodeId node) {
    const auto found = map_.find(raw(node));
    if (found == map_.end()) return false;
    Receiver& kept = aside_[raw(node)] = {};
    kept.path = found->second.path;
    kept.loss = found->second.loss.baseline_only();
    map_.erase(found);
    return true;
}

void Receivers::begin_epoch() {
    for (auto& [node, r] : map_) {
        r.epoch.begin();
        r.probe = {};
    }
}

void Receivers::end_loss_tests() {
    for (auto& [node, r] : map_) r.loss.end_test();
}

bool Receivers::testing_loss() const {
    return std::ranges::any_of(map_, [](const auto& entry) { return entry.second.loss.testing(); });
}

Duration Receivers::longest_path() const {
    Duration longest{};
    for (const auto& [node, r] : map_)
        if (r.path.known()) longest = std::max(longest, r.path.rtt_min());
    return longest;
}

// One that was asked for little took little, which says nothing.
double Receivers::delivery_bps(double unknown) const {
    double bps = map_.empty() ? 0 : unknown;
    bool known = false;
    for (const auto& [node, r] : map_) {
        if (r.loss.delivery_bps() <= 0) continue;
        bps = known ? std::min(bps, r.loss.delivery_bps()) : r.loss.delivery_bps();
        known = true;
    }
    return bps;
}

double Receivers::greatest_baseline() const {
    double greatest = 0;
    for (const auto& [node, r] : map_) greatest = std::max(greatest, r.loss.baseline());
    return greatest;
}

std::optional<NodeId> Receivers::lossiest() const {
    std::optional<NodeId> worst;
    double most = 0;
    double sum = 0;
    for (const auto& [node, r] : map_) {
        sum += r.loss.baseline();
        if (r.loss.baseline() <= most) continue;
        most = r.loss.baseline();
        worst = NodeId{node};
    }
    if (most < kNotableLoss) return std::nullopt;
    const auto others = static_cast<double>(map_.size()) - 1;
    const double usual = others > 0 ? (sum - most) / others : 0;
    return most >= 2 * usual + kNotableLoss / 2 ? worst : std::nullopt;
}

}  // namespace mcast::rate
