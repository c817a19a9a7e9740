/** Shows what a shop says, and opens the page of it. Nothing is kept, and no request of a page goes through it. */

self.addEventListener("push", (event) => {
    const { title, options } = event.data.json();
    event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const { href } = new URL(event.notification.data.path, self.location.origin);
    event.waitUntil(
        self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
            const open = pages.find((page) => page.url.split(/[?#]/)[0] === href);
            return open ? open.focus() : self.clients.openWindow(href);
        })
    );
});
