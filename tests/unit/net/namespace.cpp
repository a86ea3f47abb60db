// SPDX-License-Identifier: MIT
#include "namespace.hpp"

#include <cstdlib>
#include <exception>
#include <thread>

#include <sched.h>

#include "support/catch.hpp"

bool in_namespace(const std::function<void()>& body) {
    bool entered = false;
    std::exception_ptr failure;
    // Only a thread that ends again can leave a namespace for sure.
    std::thread([&] {
        if (unshare(CLONE_NEWNET) != 0) return;
        entered = true;
        try {
            body();
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) std::rethrow_exception(failure);
    if (!entered) WARN("skipped: needs the right to make a network namespace (root)");
    return entered;
}

void run(const std::string& command) {
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
}
