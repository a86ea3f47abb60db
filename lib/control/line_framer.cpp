// SPDX-License-Identifier: MIT
#include "control/rpc.hpp"

namespace mcast::control::rpc {

void LineFramer::push(std::string_view bytes) {
    if (overflowed()) return;
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    buffer_.append(bytes);
}

std::optional<std::string_view> LineFramer::next() {
    while (auto line = take_line()) {
        if (!line->empty()) return line;
    }
    return std::nullopt;
}

std::optional<std::string_view> LineFramer::take_line() {
    const std::size_t end = buffer_.find('\n', scanned_);
    if (end == std::string::npos || end - begin_ >= limit_) {
        if (end == std::string::npos) scanned_ = buffer_.size();
        return std::nullopt;
    }
    std::string_view line(buffer_.data() + begin_, end - begin_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    begin_ = scanned_ = end + 1;
    return line;
}

bool LineFramer::overflowed() const {
    const std::size_t end = buffer_.find('\n', scanned_);
    return (end == std::string::npos ? buffer_.size() : end) - begin_ >= limit_;
}

}  // namespace mcast::control::rpc
