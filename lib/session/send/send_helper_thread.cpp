// SPDX-License-Identifier: MIT
#include "session/send/send_helper_thread.hpp"

#include <utility>

#include "base/assert.hpp"
#include "net/packet_io.hpp"
#include "session/loop/batch_scheduling.hpp"
#include "session/loop/start_thread.hpp"

namespace mcast::session {

void SendHelperThread::give(const net::Run& run, net::RunSealer* sealer) {
    const auto body = [this](const std::stop_token& stop) { this->run(stop); };
    if (!thread_.joinable() && !start_helper(thread_, body)) {
        outcome_ = net::send_packets(socket_, group_, run, sealer);
        done_.store(true, std::memory_order_relaxed);
        return;
    }
    {
        const std::scoped_lock lock(mutex_);
        MCAST_ASSERT(!given_);
        given_ = Task{run, sealer};
    }
    wake_.notify_one();
}

std::optional<Result<net::SendOutcome>> SendHelperThread::take() {
    if (!done_.load(std::memory_order_acquire)) return std::nullopt;
    done_.store(false, std::memory_order_relaxed);
    return std::exchange(outcome_, std::nullopt);
}

void SendHelperThread::run(const std::stop_token& stop) {
    become_bulk_thread("mc-send");
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return given_.has_value(); }) && !stop.stop_requested()) {
        const Task task = *std::exchange(given_, std::nullopt);
        lock.unlock();
        outcome_ = net::send_packets(socket_, group_, task.run, task.sealer);
        done_.store(true, std::memory_order_release);
        lock.lock();
    }
}

}  // namespace mcast::session
