// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/send/membership.hpp"
#include "protocol/send/object_sender.hpp"
#include "protocol/send/stage.hpp"

namespace mcast::protocol {

/// Says whether new data waits: for a receiver, that is for room in an output that is written in
/// order, or for content of a stream. Its parts outlive it.
class NewDataHold {
  public:
    NewDataHold(const Stage& stage, const ObjectSender& object, const Membership& group)
        : stage_(stage), object_(object), group_(group) {}

    /// New data waits now.
    [[nodiscard]] bool held() const { return stage_.sending() && (object_.starved() || full()); }
    /// New data waits, and there is nothing to repair either.
    [[nodiscard]] bool paused() const { return held() && object_.nothing_asked(); }
    /// New data waits for that receiver.
    [[nodiscard]] bool held_by(const Member& member) const {
        return full() && member.attached && member.paces &&
               member.window_end <= group_.window_end();
    }
    /// The receiver that it waits for now; null: none.
    [[nodiscard]] const Member* holder() const;

    /// To be called at each check. New data may wait at one moment and not at the next, so what
    /// counts is the share of the time that it waits for one receiver.
    void check();
    /// The receiver that it mostly waits for.
    [[nodiscard]] std::optional<MemberIndex> mostly() const {
        return named_ ? std::optional(by_) : std::nullopt;
    }

  private:
    // The nearest output has no room for the next block.
    [[nodiscard]] bool full() const {
        return stage_.sending() && object_.held_at(group_.window_end());
    }

    const Stage& stage_;
    const ObjectSender& object_;
    const Membership& group_;
    MemberIndex by_{};
    double share_ = 0;  // of the time, lately
    bool named_ = false;
};

}  // namespace mcast::protocol
