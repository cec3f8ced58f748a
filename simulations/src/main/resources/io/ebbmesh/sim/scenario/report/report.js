(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const areas = Array.from(document.querySelectorAll(".t"));
  const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const rounded = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
  let bucket = -1;

  function number(value) {
    return (Math.abs(value) >= 100 ? integer : rounded).format(value);
  }

  function bytes(value) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return number(value) + " " + units[unit] + "/s";
  }

  const write = {
    COUNT: (value) => integer.format(value),
    NUMBER: number,
    BYTES_PER_SECOND: bytes,
    PERCENT: (value) => value.toFixed(1) + "%",
  };

  function moment(nanos) {
    const seconds = Math.floor(nanos / 1e9);
    const pad = (part, digits) => String(part).padStart(digits, "0");
    const days = Math.floor(seconds / 86400);
    const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
      .map((part) => pad(part, 2))
      .join(":");
    const millis = Math.floor((nanos % 1e9) / 1e6);
    return (days > 0 ? days + " d " : "") + clock + (millis > 0 ? "." + pad(millis, 3) : "");
  }

  function show(next) {
    bucket = Math.max(0, Math.min(data.buckets - 1, next));
    root.style.setProperty("--at", (100 * (bucket + 0.5)) / data.buckets + "%");
    root.classList.add("pointing");
    for (const [id, series] of Object.entries(data.plots)) {
      const readout = document.querySelector("#" + id + " .readout");
      readout.replaceChildren(at(bucket));
      for (const each of series) {
        const value = each.values[bucket];
        if (value !== undefined) {
          const strong = document.createElement("b");
          strong.textContent = write[each.unit](value);
          readout.append(" · " + each.name + " ", strong);
        }
      }
    }
  }

  function at(index) {
    const text = document.createElement("b");
    text.textContent = moment(index * data.bucketNanos);
    return text;
  }

  function hide() {
    root.classList.remove("pointing");
    document.querySelectorAll(".readout").forEach((readout) => readout.replaceChildren());
  }

  for (const area of areas) {
    area.addEventListener("pointermove", (event) => {
      const box = area.getBoundingClientRect();
      show(Math.floor(((event.clientX - box.left) / box.width) * data.buckets));
    });
    area.addEventListener("pointerleave", hide);
  }
  document.querySelectorAll("figure .panel .t").forEach((area) => {
    area.tabIndex = 0;
    area.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        show(bucket + step * (event.shiftKey ? 10 : 1));
      }
    });
    area.addEventListener("blur", hide);
  });
})();
