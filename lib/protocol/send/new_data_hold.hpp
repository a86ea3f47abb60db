// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/send/membership.hpp"
#include "protocol/send/object_sender.hpp"
#include "protocol/send/stage.hpp"

namespace mcast::protocol {

/// New data that waits for a receiver: for room in an output that is written in order. Its parts
/// outlive it.
class NewDataHold {
  public:
    NewDataHold(const Stage& stage, const ObjectSender& object, const Membership& group)
        : stage_(stage), object_(object), group_(group) {}

    /// New data waits now.
    [[nodiscard]] bool held() const {
        return stage_.sending() && object_.held_at(group_.window_end());
    }
    /// It does, and there is nothing to repair either.
    [[nodiscard]] bool paused() const { return held() && object_.nothing_asked(); }
    /// ... for that one.
    [[nodiscard]] bool held_by(const Member& member) const {
        return held() && member.attached && member.paces &&
               member.window_end <= group_.window_end();
    }
    /// The receiver that it waits for now; null: none.
    [[nodiscard]] const Member* holder() const;

    /// To be called at each check: it waits at one moment and does not at the next. What counts is
    /// for how much of the time it waits for one receiver.
    void check();
    /// The receiver that it mostly waits for.
    [[nodiscard]] std::optional<MemberIndex> mostly() const {
        return named_ ? std::optional(by_) : std::nullopt;
    }

  private:
    const Stage& stage_;
    const ObjectSender& object_;
    const Membership& group_;
    MemberIndex by_{};
    double share_ = 0;  // of the time, lately
    bool named_ = false;
};

}  // namespace mcast::protocol
