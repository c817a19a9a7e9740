import { browser } from "@web/core/browser/browser";

const KEY = "omni_clickcollect.sound";
/** What each sound is: [hertz, seconds] one after the other. */
const SOUNDS = {
    new: [
        [660, 0.12],
        [880, 0.18],
    ],
    good: [[1200, 0.06]],
    wrong: [
        [220, 0.18],
        [160, 0.28],
    ],
};

export const isSoundOn = () => browser.localStorage.getItem(KEY) !== "off";

export function switchSound(on) {
    browser.localStorage.setItem(KEY, on ? "on" : "off");
}

let context;

/** Play a sound of the desk, unless it is switched off or the browser has none; what it says is on screen as well. */
export function play(name) {
    if (!isSoundOn() || !window.AudioContext) {
        return;
    }
    context ||= new window.AudioContext();
    context.resume().catch(() => {}); // before the first touch a browser stays silent
    let at = context.currentTime;
    for (const [frequency, seconds] of SOUNDS[name]) {
        const tone = context.createOscillator();
        const volume = context.createGain();
        tone.frequency.value = frequency;
        volume.gain.value = 0.15;
        tone.connect(volume).connect(context.destination);
        tone.start(at);
        tone.stop(at + seconds);
        at += seconds;
    }
}
