/* eslint @typescript-eslint/no-unused-vars: "off" -- in old syntax a catch must name what it catches */
// Runs before anything is painted, in every browser there is: old syntax on purpose (no build step touches this file).
// It sets the large type that was chosen on this device, and speaks for the program where the program cannot start.
;(function () {
  var root = document.documentElement
  try {
    if (window.localStorage.getItem('shidang.textSize') === 'large') root.className += ' large'
  } catch (blocked) {
    // Storage is forbidden here: normal type.
  }

  /** What the program needs and cannot bring along: modules, the syntax of Chrome 87, dialogs. */
  function isTooOld() {
    try {
      new RegExp('(?<!a)b')
    } catch (unknownSyntax) {
      return true
    }
    return !(
      'noModule' in document.createElement('script') &&
      'replaceAll' in String.prototype &&
      typeof Promise.any === 'function' &&
      'showModal' in document.createElement('dialog')
    )
  }

  function say(title, text) {
    var app = document.getElementById('app')
    if (!app || app.getAttribute('data-v-app') !== null) return
    // Plain enough for a browser that knows nothing of the style sheet's variables.
    var box = document.createElement('div')
    box.setAttribute('role', 'alert')
    box.style.cssText =
      'max-width:640px;margin:48px auto;padding:24px;border:1px solid #8a919c;background:#fff;color:#1b1f26;font:18px/1.7 sans-serif'
    var heading = document.createElement('h1')
    heading.style.cssText = 'margin:0 0 12px;font-size:24px'
    heading.appendChild(document.createTextNode(title))
    var words = document.createElement('p')
    words.style.cssText = 'margin:0'
    words.appendChild(document.createTextNode(text))
    box.appendChild(heading)
    box.appendChild(words)
    app.innerHTML = ''
    app.appendChild(box)
  }

  function whenThere(act) {
    if (document.readyState !== 'loading') act()
    else if (document.addEventListener) {
      // Not DOMContentLoaded: that waits for the program itself.
      document.addEventListener('readystatechange', function () {
        if (document.readyState === 'interactive') act()
      })
    } else window.attachEvent('onload', act)
  }

  if (isTooOld()) {
    whenThere(function () {
      say(
        '浏览器版本过低',
        '识档在这个浏览器里不能运行。请使用 Chrome 或 Edge 87 以上版本（Windows 7 可用 Chrome 109），或新版 360、QQ 浏览器的“极速模式”打开本页。已保存在本机的填报不受影响。'
      )
    })
    return
  }
  // A part of the program that is not there: cut off while loading, or replaced by a new version meanwhile.
  document.addEventListener(
    'error',
    function (event) {
      if (event.target && event.target.nodeName === 'SCRIPT')
        whenThere(function () {
          say('程序没有载入', '可能是网络中断，或程序正在更新。请刷新本页再试；已保存在本机的填报不受影响。')
        })
    },
    true
  )
})()
