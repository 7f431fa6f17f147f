import { createRouter, createWebHistory } from 'vue-router'
import StartView from './views/diagnosis/StartView.vue'

/** 站点地图 — URL = act = folder. Everything but the start page loads when it is first needed. */
export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  // 72 px: below the bar that says whether all is saved.
  scrollBehavior: (to, _from, saved) => saved ?? (to.hash === '' ? { top: 0 } : { el: to.hash, top: 72 }),
  routes: [
    { path: '/', name: 'start', component: StartView, meta: { title: '开始' } },
    {
      path: '/diagnosis/opened',
      name: 'opened',
      component: () => import('./views/diagnosis/OpenedView.vue'),
      meta: { title: '打开报送包' },
    },
    {
      path: '/diagnosis/compare',
      name: 'compare',
      component: () => import('./views/diagnosis/CompareView.vue'),
      meta: { title: '前后对比' },
    },
    {
      path: '/diagnosis/:draft',
      component: () => import('./views/diagnosis/DraftView.vue'),
      props: true,
      children: [
        {
          path: '',
          name: 'tasks',
          component: () => import('./views/diagnosis/TasksView.vue'),
          meta: { title: '任务清单' },
        },
        {
          path: 'profile',
          name: 'profile',
          component: () => import('./views/diagnosis/ProfileView.vue'),
          meta: { title: '企业信息' },
        },
        {
          path: 'page/:page',
          name: 'page',
          component: () => import('./views/diagnosis/PageView.vue'),
          props: true,
          meta: { title: '填报' },
        },
        {
          path: 'check',
          name: 'check',
          component: () => import('./views/diagnosis/CheckView.vue'),
          meta: { title: '检查与提交' },
        },
        {
          path: 'result',
          name: 'result',
          component: () => import('./views/diagnosis/ResultView.vue'),
          meta: { title: '诊断结果' },
        },
      ],
    },
    { path: '/:rest(.*)*', redirect: { name: 'start' } },
  ],
})

router.afterEach((to) => {
  document.title = `${String(to.meta['title'] ?? '')} · 识档`
})
