import { createRouter, createWebHistory } from 'vue-router'
import StartView from './views/diagnosis/StartView.vue'

/** 站点地图 — URL = act = folder. Everything but the start page loads when it is first needed. */
export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  // 72 px: below the bar that says whether all is saved.
  // Another filter of the same page is no new page: it stays where it is.
  scrollBehavior: (to, from, saved) =>
    saved ?? (to.path === from.path && to.hash === '' ? false : to.hash === '' ? { top: 0 } : { el: to.hash, top: 72 }),
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
      path: '/diagnosis/join',
      name: 'join',
      component: () => import('./views/diagnosis/JoinView.vue'),
      meta: { title: '加入汇总端' },
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
    {
      path: '/oversight/sign-in',
      name: 'sign-in',
      component: () => import('./views/oversight/SignInView.vue'),
      meta: { title: '登录' },
    },
    {
      path: '/oversight/set-up',
      name: 'set-up',
      component: () => import('./views/oversight/SetUpView.vue'),
      meta: { title: '建立第一个系统管理员' },
    },
    {
      path: '/oversight/account',
      name: 'account',
      component: () => import('./views/oversight/AccountView.vue'),
      meta: { title: '我的账号' },
    },
    {
      path: '/oversight',
      component: () => import('./views/oversight/OversightView.vue'),
      children: [
        {
          path: '',
          name: 'oversight',
          // Who has no such page is led to his first one by the frame.
          redirect: { name: 'coverage' },
        },
        {
          path: 'coverage',
          name: 'coverage',
          component: () => import('./views/oversight/CoverageView.vue'),
          meta: { title: '覆盖率' },
        },
        {
          path: 'firms',
          name: 'firms',
          component: () => import('./views/oversight/FirmsView.vue'),
          meta: { title: '企业' },
        },
        {
          path: 'firms/:firm',
          name: 'firm',
          component: () => import('./views/oversight/FirmView.vue'),
          props: true,
          meta: { title: '企业详情' },
        },
        {
          path: 'tiers',
          name: 'tiers',
          component: () => import('./views/oversight/TiersView.vue'),
          meta: { title: '分档名单' },
        },
        {
          path: 'portrait',
          name: 'portrait',
          component: () => import('./views/oversight/PortraitView.vue'),
          meta: { title: '区域画像' },
        },
        {
          path: 'roster',
          name: 'roster',
          component: () => import('./views/oversight/RosterView.vue'),
          meta: { title: '企业名录' },
        },
        {
          path: 'tables',
          name: 'tables',
          component: () => import('./views/oversight/TablesView.vue'),
          meta: { title: '联系表与服务表' },
        },
        {
          path: 'liaisons',
          name: 'liaisons',
          component: () => import('./views/oversight/LiaisonsView.vue'),
          meta: { title: '诊断工作联系人' },
        },
        {
          path: 'accounts',
          name: 'accounts',
          component: () => import('./views/oversight/AccountsView.vue'),
          meta: { title: '账号' },
        },
        {
          path: 'campaign',
          name: 'campaign',
          component: () => import('./views/oversight/CampaignView.vue'),
          meta: { title: '诊断批次' },
        },
        {
          path: 'audit',
          name: 'audit',
          component: () => import('./views/oversight/AuditView.vue'),
          meta: { title: '审计' },
        },
        {
          path: 'files',
          name: 'files',
          component: () => import('./views/oversight/FilesView.vue'),
          meta: { title: '从文件汇总' },
        },
      ],
    },
    { path: '/:rest(.*)*', redirect: { name: 'start' } },
  ],
})

router.afterEach((to) => {
  document.title = `${String(to.meta['title'] ?? '')} · 识档`
})
